"""Publish report: the page, the metrics and the notification."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.notifications import TopicNotifier
from bakeoff.adapters.run_store import S3RunStore
from bakeoff.config import PublishSettings
from bakeoff.domain.publishing import publish
from bakeoff.handlers.telemetry import field, instrumented

SETTINGS = PublishSettings.read()
STORE = S3RunStore(SETTINGS.bucket)
NOTIFIER = TopicNotifier(SETTINGS.topic_arn)


@instrumented
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    comparison = publish(STORE, NOTIFIER, field(event, "run_id"))
    _count(comparison["candidates"])
    return {"report_uri": f"s3://{SETTINGS.bucket}/runs/{comparison['run_id']}/report.html"}


def _count(candidates: list[dict[str, Any]]) -> None:
    for candidate in candidates:
        completed = candidate["status"] == "completed"
        _emit(
            "CandidatesCompleted" if completed else "CandidatesFailed", MetricUnit.Count, 1, candidate["name"]
        )
        if completed:
            _emit("RMSE", MetricUnit.NoUnit, candidate["metrics"]["rmse"], candidate["name"])


def _emit(name: str, unit: MetricUnit, value: float, candidate: str) -> None:
    # One blob a metric: the candidates are different values of one dimension.
    with single_metric(name=name, unit=unit, value=value) as metric:
        metric.add_dimension(name="Candidate", value=candidate)
