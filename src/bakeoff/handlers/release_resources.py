"""Release resources: one step towards no endpoint, configuration or model of a candidate."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.endpoints import SageMakerHosting
from bakeoff.domain.releasing import release
from bakeoff.handlers.telemetry import field, instrumented

HOSTING = SageMakerHosting()


@instrumented
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return {"released": release(HOSTING, field(event, "resource_name"))}
