"""Check datasets: whether the prepared data allow a comparison."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.run_store import S3RunStore
from bakeoff.config import BucketSettings
from bakeoff.domain.checking import check_datasets
from bakeoff.handlers.telemetry import field, instrumented

STORE = S3RunStore(BucketSettings.read().bucket)


@instrumented
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    # Runs that began before an update send none.
    return check_datasets(STORE, field(event, "run_id"), event.get("exit_message"))
