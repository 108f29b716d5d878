"""Score candidate: every held-out row through the live endpoint."""

from __future__ import annotations

import time
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.endpoints import LiveEndpoint
from bakeoff.adapters.run_store import S3RunStore
from bakeoff.config import BucketSettings
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.run.folds import in_fold
from bakeoff.domain.scoring.scorer import Scorer
from bakeoff.handlers.telemetry import field, instrumented

CANDIDATE_FIELDS = (
    "name",
    "algorithm",
    "resource_name",
    "request_content_type",
    "accept",
    "prediction_path",
)
_UNKNOWN = 0.0
STORE = S3RunStore(BucketSettings.read().bucket)


def _said(event: Any, answer: Any) -> str:
    return f"scored {answer['name']}{in_fold(event['candidate'].get('fold'))} of run {event['run_id']}"


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    candidate, training = field(event, "candidate", *CANDIDATE_FIELDS), field(event, "training")
    endpoint = LiveEndpoint(
        candidate["resource_name"], candidate["request_content_type"], candidate["accept"]
    )
    # The state's own timeout, which may end the task before the function's does; absent in executions that
    # began before an update of the stack.
    deadline = time.monotonic() + float(event.get("seconds", _UNKNOWN))

    def seconds_left() -> float:
        return float(context.get_remaining_time_in_millis()) / 1000

    scorer = Scorer.planned(
        WritableRunFiles(STORE, field(event, "run_id")),
        endpoint,
        candidate["name"],
        seconds_left,
        lambda: min(seconds_left(), deadline - time.monotonic()),
        candidate.get("fold"),
    )
    # Executions that began before an update of the stack tell of no image and no model.
    return scorer.score(candidate, training, event.get("image", ""), event.get("model_data_url", ""))
