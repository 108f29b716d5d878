"""Judge candidates: their results compared on the same test rows."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.run_store import S3RunStore
from bakeoff.config import JudgeSettings
from bakeoff.domain.comparison import judge
from bakeoff.domain.verdict_options import VerdictOptions
from bakeoff.handlers.telemetry import field, instrumented

SETTINGS = JudgeSettings.read()
STORE = S3RunStore(SETTINGS.bucket)
OPTIONS = VerdictOptions(
    metric=SETTINGS.metric,
    confidence=SETTINGS.confidence,
    preference=SETTINGS.preference,
    equivalence_margin=SETTINGS.equivalence_margin,
)


@instrumented
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return judge(STORE, field(event, "run_id"), OPTIONS)
