"""Which configurations an endpoint can't be updated to, or not in the way that a request asks for.

Sources: UpdateEndpoint in the API reference, "Exclusions" under deployment guardrails, "Serverless Inference"
and "Update or delete endpoints that use automatic scaling" in the guide. They document what is refused, not
in which words: the sentences are our own.
"""

from __future__ import annotations

from typing import Any, NoReturn

from moto.applicationautoscaling.models import applicationautoscaling_backends
from moto.sagemaker.exceptions import ValidationError

from local_aws.services.sagemaker.control_plane.actions import Call

_COUNT = "sagemaker:variant:DesiredInstanceCount"


def require_compatible(call: Call, record: Any, old: Any, new: Any) -> None:
    """Raise ValidationError unless the endpoint of `record` can go from `old` to `new` as asked for."""
    _require_meant(call)
    before = {each["VariantName"]: each for each in old.production_variants}
    after = {each["VariantName"]: each for each in new.production_variants}
    if "DeploymentConfig" in call.request and before.keys() != after.keys():
        _refuse(
            "A DeploymentConfig needs the variants' names of the endpoint's present configuration: "
            f"{', '.join(sorted(before))}."
        )
    if any(
        "ServerlessConfig" in after[name] and "ServerlessConfig" not in before.get(name, {}) for name in after
    ):
        _refuse(f'Cannot update endpoint "{record.arn}" from instances to serverless inference.')
    scaled = [name for name in before if _is_scaled(call, record, name)]
    types = {name: after[name].get("InstanceType") for name in after}
    if moved := [name for name in scaled if types.get(name) != before[name].get("InstanceType")]:
        quoted = ", ".join(f'"{name}"' for name in moved)
        _refuse(
            f"The variant(s) {quoted} must be deregistered as Application Auto Scaling scalable targets "
            "before they can be removed or have their instance type updated."
        )


def _require_meant(call: Call) -> None:
    excluded = call.request.get("ExcludeRetainedVariantProperties", [])
    if excluded and not call.request.get("RetainAllVariantProperties"):
        _refuse("ExcludeRetainedVariantProperties needs RetainAllVariantProperties to be true.")
    if {"VariantPropertyType": "DataCaptureConfig"} in excluded:
        _refuse(
            "The variant property DataCaptureConfig is not supported in ExcludeRetainedVariantProperties."
        )
    if call.request.get("RetainDeploymentConfig") and "DeploymentConfig" in call.request:
        _refuse("Give DeploymentConfig, or RetainDeploymentConfig for the last one, not both.")


def _is_scaled(call: Call, record: Any, variant: str) -> bool:
    backend = applicationautoscaling_backends[call.backend.account_id][call.backend.region_name]
    return f"endpoint/{record.endpoint_name}/variant/{variant}" in backend.targets.get(_COUNT, {})


def _refuse(message: str) -> NoReturn:
    raise ValidationError(message=message)
