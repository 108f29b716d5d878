"""Register model: a run's proposal for production becomes a version of the stack's model package group."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.production.registry import ModelRegistry
from bakeoff.adapters.run_store import S3RunStore
from bakeoff.config.production import ProductionSettings
from bakeoff.domain.promotion.proposal import proposal_of
from bakeoff.domain.run.files import RunFiles
from bakeoff.handlers.telemetry import field, instrumented

SETTINGS = ProductionSettings.read()
STORE = S3RunStore(SETTINGS.bucket)
REGISTRY = ModelRegistry(SETTINGS.production_endpoint)


def _said(event: Any, answer: Any) -> str:
    registered = answer["model_package_arn"]
    return f"run {event['run_id']} proposes {registered}" if registered else "production stays as it is"


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    proposal = proposal_of(RunFiles(STORE, field(event, "run_id")))
    return {"model_package_arn": None if proposal is None else REGISTRY.register(proposal)}
