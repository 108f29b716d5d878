"""Publish report: the page, the metrics and the notification."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.notifications import TopicNotifier
from bakeoff.adapters.run_store import S3RunStore
from bakeoff.config import PublishSettings
from bakeoff.domain.measurements import Measurement, leaked_resources, measurements_of
from bakeoff.domain.publishing import publish
from bakeoff.handlers.telemetry import field, instrumented, metrics

SETTINGS = PublishSettings.read()
STORE = S3RunStore(SETTINGS.bucket)
NOTIFIER = TopicNotifier(SETTINGS.topic_arn)


@instrumented
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    # First, because what was left behind costs money whether or not the report succeeds.
    _emit(leaked_resources(field(event, "leftovers")))
    comparison = publish(STORE, NOTIFIER, field(event, "run_id"))
    for measurement in measurements_of(comparison):
        _emit(measurement)
    return {"report_uri": f"s3://{SETTINGS.bucket}/runs/{comparison['run_id']}/report.html"}


def _emit(measurement: Measurement) -> None:
    # One record a measurement: the candidates are different values of one dimension.
    unit = MetricUnit(measurement.unit)
    with single_metric(name=measurement.name, unit=unit, value=measurement.value) as metric:
        metric.add_dimension(name="service", value=str(metrics.service))
        if measurement.candidate is not None:
            metric.add_dimension(name="Candidate", value=measurement.candidate)
