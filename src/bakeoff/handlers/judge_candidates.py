"""Judge candidates: their results compared on the same test rows."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.run_store import S3RunStore
from bakeoff.config import BucketSettings
from bakeoff.domain.promotion.judging import judge_run
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.run.planned import settings_of
from bakeoff.domain.verdict.options import VerdictOptions
from bakeoff.handlers.telemetry import counted, field, instrumented

STORE = S3RunStore(BucketSettings.read().bucket)


def _said(event: Any, answer: Any) -> str:
    finished = counted(answer["finished"], "candidate")
    decided = f", production: {answer['promotion']['decision']}" if "promotion" in answer else ""
    return f"judged run {event['run_id']}: {finished} finished, best is {answer['best']}{decided}"


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    run = WritableRunFiles(STORE, field(event, "run_id"))
    return judge_run(run, VerdictOptions.of(settings_of(run.plan())))
