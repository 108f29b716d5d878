"""Publish report: the page, the metrics and the notification."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.accounting import Accounting
from bakeoff.adapters.notifications import TopicNotifier
from bakeoff.adapters.run_store import S3RunStore
from bakeoff.config import PublishSettings, region
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.scoring.final_model import record_final_model
from bakeoff.handlers.telemetry import emit, field, instrumented, logger
from bakeoff.report.page import prepare
from bakeoff.report.publishing import publish
from bakeoff.report.run_metrics import leaked_resources, measurements_of, run_cost, undelivered_notifications

SETTINGS = PublishSettings.read()
STORE = S3RunStore(SETTINGS.bucket)
NOTIFIER = TopicNotifier(SETTINGS.topic_arn)
ACCOUNTING = Accounting(SETTINGS.resource_prefix, SETTINGS.state_machine_arn, region(), STORE)
# While the function starts, when no run waits for it yet.
prepare()


def _said(event: Any, answer: Any) -> str:
    return f"published {answer['report_uri']}" + (" and told the topic" if answer["notified"] else "")


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    # First, because what was left behind costs money whether or not the report succeeds.
    emit([leaked_resources(field(event, "leftovers"))])
    run = WritableRunFiles(STORE, field(event, "run_id"))
    if field(event, "final") is not None:
        final = field(event, "final", "candidate", "model_data_url", "training", "failure")
        if final["failure"] is not None:
            field(final, "failure", "step", "error", "cause")
        record_final_model(run, final)
    published = publish(run, NOTIFIER, ACCOUNTING, STORE)
    if published.unaccounted:
        logger.error(f"This run has no receipt: {published.unaccounted}", exc_info=published.unaccounted)
    if published.unlisted is not None:
        logger.error(f"The history lacks this run: {published.unlisted}", exc_info=published.unlisted)
    notified = published.untold is None
    if not notified:
        logger.error(f"Nobody was told of this run: {published.untold}", exc_info=published.untold)
    paid = [run_cost(published.accounted)] if published.accounted else []
    emit([undelivered_notifications(int(not notified)), *paid, *measurements_of(published.comparison)])
    return {"report_uri": published.report_uri, "notified": notified}
