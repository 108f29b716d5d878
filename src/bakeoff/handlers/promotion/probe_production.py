"""Probe production: the live endpoint answers held-out rows as its model did when it was judged."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.endpoints import LiveEndpoint
from bakeoff.adapters.run_store import S3RunStore
from bakeoff.config import BucketSettings
from bakeoff.domain.promotion.probe import read_probe, require_judged_answers
from bakeoff.handlers.telemetry import counted, field, instrumented

STORE = S3RunStore(BucketSettings.read().bucket)


def _said(event: Any, answer: Any) -> str:
    return f"{event['endpoint']} answers {counted(answer['rows'], 'row')} as it was judged"


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    endpoint = LiveEndpoint(field(event, "endpoint"), field(event, "content_type"), field(event, "accept"))
    return {"rows": require_judged_answers(read_probe(STORE, field(event, "config")), endpoint)}
