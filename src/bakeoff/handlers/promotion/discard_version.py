"""Discard version: one step towards nothing left of a promotion that failed or was stopped."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.production.endpoint import SageMakerProduction
from bakeoff.adapters.run_store import S3RunStore
from bakeoff.config.production import ProductionSettings
from bakeoff.domain.errors import SweepIncomplete
from bakeoff.domain.promotion.versions import config_name, discard
from bakeoff.handlers.telemetry import field, instrumented

SETTINGS = ProductionSettings.read()
STORE = S3RunStore(SETTINGS.bucket)
PRODUCTION = SageMakerProduction(SETTINGS.production_endpoint)


def _said(event: Any, answer: Any) -> str:
    return "nothing is left of it" if answer["discarded"] else "something is left of it and has yet to go"


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    if isinstance(event, dict) and "detail" in event:
        return _of_ended(field(field(event, "detail"), "name"))
    config, unwanted = field(event, "config"), field(event, "unwanted")
    return {"discarded": discard(PRODUCTION, STORE, config, unwanted)}


def _of_ended(execution: str) -> dict[str, Any]:
    """Step Functions tells of an execution that did not succeed; Lambda repeats the event after an error."""
    if not discard(PRODUCTION, STORE, config_name(PRODUCTION.endpoint, execution), unwanted=False):
        raise SweepIncomplete(f"Promotion {execution} has ended, and its update goes on: ask again.")
    return {"discarded": True}
