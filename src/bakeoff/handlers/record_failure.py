"""Record failure: a failed candidate leaves a result that says why."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.run_store import S3RunStore
from bakeoff.config import BucketSettings
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.run.folds import in_fold
from bakeoff.domain.scoring.failures import record_failure
from bakeoff.handlers.telemetry import field, instrumented

STORE = S3RunStore(BucketSettings.read().bucket)


def _said(event: Any, answer: Any) -> str:
    failure = event["failure"]
    name = f"{answer['name']}{in_fold(event['candidate'].get('fold'))}"
    return f"run {event['run_id']}: {name} failed in {failure['step']} ({failure['error']})"


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    candidate = field(event, "candidate", "name", "algorithm")
    return record_failure(
        WritableRunFiles(STORE, field(event, "run_id")),
        candidate,
        field(event, "failure", "step", "error", "cause"),
        candidate.get("fold"),
    )
