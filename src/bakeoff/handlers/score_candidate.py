"""Score candidate: every held-out row through the live endpoint."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.endpoints import LiveEndpoint
from bakeoff.adapters.run_store import S3RunStore
from bakeoff.config import ScoreSettings
from bakeoff.domain.run.files import WritableRunFiles
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
SETTINGS = ScoreSettings.read()
STORE = S3RunStore(SETTINGS.bucket)


def _said(event: Any, answer: Any) -> str:
    return f"scored {answer['name']} of run {event['run_id']}"


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    candidate = field(event, "candidate", *CANDIDATE_FIELDS)
    endpoint = LiveEndpoint(
        candidate["resource_name"], candidate["request_content_type"], candidate["accept"]
    )
    scorer = Scorer(
        run=WritableRunFiles(STORE, field(event, "run_id")),
        endpoint=endpoint,
        max_rows=SETTINGS.max_scored_rows,
        latency_calls=SETTINGS.latency_calls,
        seconds_left=lambda: context.get_remaining_time_in_millis() / 1000,
    )
    # Executions that began before an update of the stack tell of no image.
    image = event.get("image", "")
    return scorer.score(candidate, field(event, "training"), image)
