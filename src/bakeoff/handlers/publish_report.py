"""Publish report: the page, the metrics and the notification."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.notifications import TopicNotifier
from bakeoff.adapters.run_store import S3RunStore
from bakeoff.config import PublishSettings
from bakeoff.domain.measurements import leaked_resources, measurements_of
from bakeoff.domain.publishing import publish
from bakeoff.handlers.telemetry import emit, field, instrumented

SETTINGS = PublishSettings.read()
STORE = S3RunStore(SETTINGS.bucket)
NOTIFIER = TopicNotifier(SETTINGS.topic_arn)


@instrumented
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    # First, because what was left behind costs money whether or not the report succeeds.
    emit(leaked_resources(field(event, "leftovers")))
    comparison = publish(STORE, NOTIFIER, field(event, "run_id"))
    for measurement in measurements_of(comparison):
        emit(measurement)
    return {"report_uri": f"s3://{SETTINGS.bucket}/runs/{comparison['run_id']}/report.html"}
