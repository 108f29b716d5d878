"""Record production: versions that are too old go, and people are told what serves now."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.notifications import TopicNotifier
from bakeoff.adapters.production.endpoint import SageMakerProduction
from bakeoff.adapters.run_store import S3RunStore
from bakeoff.config.production import RecordSettings
from bakeoff.domain.errors import ServiceError
from bakeoff.domain.promotion.telling import told
from bakeoff.domain.promotion.versions import prune
from bakeoff.handlers.telemetry import counted, field, instrumented, logger

SETTINGS = RecordSettings.read()
STORE = S3RunStore(SETTINGS.bucket)
PRODUCTION = SageMakerProduction(SETTINGS.production_endpoint)
NOTIFIER = TopicNotifier(SETTINGS.topic_arn)


def _said(event: Any, answer: Any) -> str:
    return f"production serves {event['config']}; deleted {counted(len(answer['deleted']), 'version')}"


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    config, left, is_new = (field(event, name) for name in ("config", "previous", "new"))
    # Of a way back that has created the endpoint again, nobody knows which version somebody else has left.
    may_prune = is_new or left is not None
    deleted = prune(PRODUCTION, STORE, SETTINGS.keep_versions, left) if may_prune else []
    return {"deleted": deleted, "notified": _notified(config)}


def _notified(config: str) -> bool:
    """Production serves it all the same when nobody could be told."""
    try:
        NOTIFIER.publish(*told(STORE, config))
    except ServiceError as err:
        logger.error(f"Nobody was told of this promotion: {err}", exc_info=err)
        return False
    return True
