"""Remove production: when the stack is deleted, its production goes, or is named as what stays."""

from __future__ import annotations

import time
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.production.endpoint import SageMakerProduction
from bakeoff.adapters.production.registry import ModelRegistry
from bakeoff.adapters.run_store import S3RunStore
from bakeoff.adapters.stacks import status_of
from bakeoff.config.production import ProductionSettings
from bakeoff.domain.cleanup.retention import Fate, fate_of_bucket
from bakeoff.domain.errors import SweepIncomplete
from bakeoff.domain.promotion.retention import remaining, remove
from bakeoff.handlers.custom_resource import answered
from bakeoff.handlers.custom_resource import said as _said
from bakeoff.handlers.telemetry import field, instrumented, logger

SETTINGS = ProductionSettings.read()
STORE = S3RunStore(SETTINGS.bucket)
PRODUCTION = SageMakerProduction(SETTINGS.production_endpoint)
REGISTRY = ModelRegistry(SETTINGS.production_endpoint)
PAUSE_SECONDS = 10.0
# The answer must still fit into the function's time.
_RESERVED_MILLIS = 60_000


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    with answered(event, context):
        if field(event, "RequestType") == "Delete":
            retention = field(field(event, "ResourceProperties"), "Retention")
            _end(field(event, "StackId"), retention, context)


def _end(stack_id: str, retention: str, context: LambdaContext) -> None:
    status = status_of(stack_id)
    if fate_of_bucket(status) is Fate.KEPT:
        logger.info(f"Production stays as it is: the stack stays, it is in {status}.")
    elif retention == "Delete":
        _remove(context)
    elif stays := remaining(PRODUCTION):
        logger.warning(
            f"ProductionRetention is Keep, so that these stay, and cost money: {', '.join(stays)}."
        )


def _remove(context: LambdaContext) -> None:
    REGISTRY.delete()
    while not remove(PRODUCTION, STORE):
        if context.get_remaining_time_in_millis() < _RESERVED_MILLIS:
            raise SweepIncomplete(f"Endpoint {PRODUCTION.endpoint} has yet to go: delete the stack again.")
        time.sleep(PAUSE_SECONDS)
