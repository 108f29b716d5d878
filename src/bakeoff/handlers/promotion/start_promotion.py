"""Start promotion: an approved version in the Model Registry -> an execution of the promotion's workflow."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.production.registry import ModelRegistry
from bakeoff.adapters.workflow import Workflow
from bakeoff.config import StartSettings
from bakeoff.config.production import EndpointSettings
from bakeoff.domain.errors import InvalidEvent
from bakeoff.domain.promotion.proposal import APPROVED, RUN, execution_of
from bakeoff.handlers.telemetry import field, instrumented

REGISTRY = ModelRegistry(EndpointSettings.read().production_endpoint)
WORKFLOW = Workflow(StartSettings.read().state_machine_arn)


def _said(event: Any, answer: Any) -> str:
    begun = "started" if answer["started"] else "has been started before:"
    return f"{begun} promotion {answer['execution']}"


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    detail = field(
        event,
        "detail",
        "ModelPackageArn",
        "ModelPackageGroupName",
        "ModelPackageVersion",
        "ModelApprovalStatus",
    )
    if detail["ModelApprovalStatus"] != APPROVED:
        raise InvalidEvent(
            "Only an approved version is promoted: the rule of template.yaml lets no other in."
        )
    run_id = REGISTRY.metadata(detail["ModelPackageArn"]).get(RUN)
    if run_id is None:
        raise InvalidEvent("The version names no run: somebody else registered it, and nothing judged it.")
    execution = execution_of(detail["ModelPackageGroupName"], detail["ModelPackageVersion"])
    return {"execution": execution, "started": WORKFLOW.start(execution, {"run_id": run_id})}
