"""Release resources: one step towards no endpoint, configuration, model or job of a candidate."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.endpoints import SageMakerHosting
from bakeoff.adapters.inventory import SageMakerInventory
from bakeoff.domain.cleanup.release import give_back
from bakeoff.handlers.telemetry import field, instrumented

HOSTING = SageMakerHosting()
JOBS = SageMakerInventory()


def _said(event: Any, answer: Any) -> str:
    name = event["resource_name"]
    return (
        f"nothing is left of {name}"
        if answer["released"]
        else f"something is left of {name} and has yet to go"
    )


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    resource_name = field(event, "resource_name")
    # Executions that began before an update of the stack tune nothing.
    tuning_name = str(event.get("tuning_name", ""))
    return {"released": give_back(HOSTING, JOBS, resource_name, tuning_name)}
