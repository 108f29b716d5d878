"""Check datasets: whether the prepared data allow a comparison."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.run_store import S3RunStore
from bakeoff.config import BucketSettings
from bakeoff.domain.datasets.checking import COMPLETED, JobEnd, check_datasets
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.handlers.telemetry import counted, field, instrumented

STORE = S3RunStore(BucketSettings.read().bucket)


def _said(event: Any, answer: Any) -> str:
    units = answer["units"]
    candidates = counted(len({each["candidate"] for each in units}), "candidate")
    folds = len({each["fold"] for each in units} - {None})
    inside = f" in {folds} folds" if folds else ""
    return f"run {event['run_id']}: the data sets allow a comparison of {candidates}{inside}"


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    run = WritableRunFiles(STORE, field(event, "run_id"))
    # Absent in executions that an older workflow started.
    ended = JobEnd(event.get("status", COMPLETED), event.get("exit_message"))
    return check_datasets(STORE, run, ended)
