"""Publish history: what has put something else into production stands on the page of all runs."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.run_store import S3RunStore
from bakeoff.config import BucketSettings
from bakeoff.domain.promotion.history import Changed
from bakeoff.handlers.telemetry import field, instrumented
from bakeoff.report.history.publishing import publish_change

SETTINGS = BucketSettings.read()
STORE = S3RunStore(SETTINGS.bucket)


def _said(event: Any, answer: Any) -> str:
    return f"{event['execution']} stands on {answer['page_uri']}"


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    told = ("execution", "started_at", "at", "input", "config", "previous")
    return {"page_uri": publish_change(STORE, Changed(*(field(event, name) for name in told)).past(STORE))}
