"""Discard version: one step towards nothing left of a promotion that failed or was stopped."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.executions import Executions
from bakeoff.adapters.production.endpoint import SageMakerProduction
from bakeoff.adapters.run_store import S3RunStore
from bakeoff.config.production import DiscardSettings
from bakeoff.domain.errors import InvalidEvent, SweepIncomplete
from bakeoff.domain.promotion.versions import config_name, discard, leftovers
from bakeoff.handlers.telemetry import EXECUTION_ENDED, SCHEDULED, field, instrumented

SETTINGS = DiscardSettings.read()
STORE = S3RunStore(SETTINGS.bucket)
PRODUCTION = SageMakerProduction(SETTINGS.production_endpoint)
EXECUTIONS = Executions(SETTINGS.state_machine_arn)


def _said(event: Any, answer: Any) -> str:
    return "nothing is left of it" if answer["discarded"] else "something is left of it and has yet to go"


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    if isinstance(event, dict) and "detail-type" in event:
        return _of_event(event)
    config, unwanted, kept = (field(event, name) for name in ("config", "unwanted", "kept"))
    return {"discarded": discard(PRODUCTION, STORE, config, unwanted=unwanted, kept=kept)}


def _of_event(event: dict[str, Any]) -> dict[str, Any]:
    kind = event["detail-type"]
    if kind == EXECUTION_ENDED:
        return _of_ended(field(field(event, "detail"), "name"))
    if kind == SCHEDULED:
        left = leftovers(PRODUCTION, EXECUTIONS.unsuccessful())
        have_gone = [discard(PRODUCTION, STORE, config) for config in left]
        return {"discarded": all(have_gone)}
    raise InvalidEvent(
        f"The detail-type is {kind!r}, but only {EXECUTION_ENDED!r} and {SCHEDULED!r} say what to discard."
    )


def _of_ended(execution: str) -> dict[str, Any]:
    """Lambda repeats the event after an error, for some minutes; after that the schedule does."""
    if not discard(PRODUCTION, STORE, config_name(PRODUCTION.endpoint, execution)):
        raise SweepIncomplete(f"Promotion {execution} has ended, and its update goes on: ask again.")
    return {"discarded": True}
