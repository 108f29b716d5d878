"""UpdateEndpoint, which moto 5.2.5 does not have, and UpdateEndpointWeightsAndCapacities, which it has.

moto takes the latter while an endpoint is changing, and what a request does not say for None.
The sentence about a failed endpoint is our own: AWS documents what is refused, not in which words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.core.utils import utcnow
from moto.sagemaker.exceptions import ValidationError

from local_aws.services.sagemaker.control_plane.actions import Call, answer, result
from local_aws.services.sagemaker.control_plane.endpoints import deployment_config
from local_aws.services.sagemaker.control_plane.endpoints.alarms import guard_of
from local_aws.services.sagemaker.control_plane.endpoints.compatibility import require_compatible
from local_aws.services.sagemaker.control_plane.endpoints.deployment import Deployment, Plan
from local_aws.services.sagemaker.control_plane.endpoints.running import (
    changing,
    find_endpoint,
    in_background,
    require_at_rest,
    running,
)
from local_aws.services.sagemaker.control_plane.endpoints.traffic import steps_of
from local_aws.services.sagemaker.control_plane.endpoints.variants import (
    Summary,
    instances,
    retained_properties,
    servers_of,
    summaries_of,
)
from local_aws.services.sagemaker.control_plane.models import find_config
from local_aws.services.sagemaker.data_plane.endpoint import Endpoint

_LONGEST_SECONDS = 28_800


def apply() -> None:
    answer("UpdateEndpoint", _update)
    answer("UpdateEndpointWeightsAndCapacities", _weigh)


def _update(call: Call) -> Any:
    with changing:
        record = find_endpoint(call)
        endpoint = _updatable(record)
        old = find_config(call, record.endpoint_config_name)
        new = find_config(call, call.request["EndpointConfigName"])
        require_compatible(call, record, old, new)
        deployment = _deployment(call, record, endpoint, new)
        record.endpoint_status, record.failure_reason = "Updating", None
        record.last_modified_time = utcnow()
    in_background(deployment.run, record.arn)
    return result(EndpointArn=record.arn)


def _updatable(record: Any) -> Endpoint:
    require_at_rest(record)
    endpoint = running.get().get(record.arn)
    if endpoint is None or record.endpoint_status == "Failed":
        raise ValidationError(
            message=f'Cannot update endpoint "{record.arn}" in status {record.endpoint_status}: '
            "DeleteEndpoint is the only operation that can be performed on it."
        )
    return endpoint


def _deployment(call: Call, record: Any, endpoint: Endpoint, new: Any) -> Deployment:
    retained = _retained(call, record)
    summaries = summaries_of(call, new, retained)
    counts = [instances(each) for each in summaries]
    again = record.last_deployment_config if call.request.get("RetainDeploymentConfig") else None
    config: Mapping[str, Any] = call.request.get("DeploymentConfig") or again or {}
    deployment_config.require_valid(config, counts)
    variants = servers_of(call, new, summaries, _patience(config, min(counts)))
    guard = guard_of(call, config)
    guard.require_visible(variant.model["ExecutionRoleArn"] for variant in variants)
    plan = Plan(new, summaries, steps_of(config, min(counts)), guard, "RollingUpdatePolicy" in config)
    record.last_deployment_config = config or None
    return Deployment(record, endpoint, endpoint.new_fleet(variants), plan)


def _retained(call: Call, record: Any) -> dict[str, Summary]:
    if not call.request.get("RetainAllVariantProperties"):
        return {}
    excluded = call.request.get("ExcludeRetainedVariantProperties", [])
    return retained_properties(record.production_variants, [each["VariantPropertyType"] for each in excluded])


def _patience(config: Mapping[str, Any], total: int) -> int:
    """How many seconds the new fleet may take to start, so that the whole update keeps its limit."""
    policy = config.get("BlueGreenUpdatePolicy") or config.get("RollingUpdatePolicy") or {}
    limit = policy.get("MaximumExecutionTimeoutInSeconds", _LONGEST_SECONDS)
    return int(limit) - deployment_config.waiting(config, total)


def _weigh(call: Call) -> Any:
    with changing:
        record = find_endpoint(call)
        require_at_rest(record)
        before = {each["VariantName"]: dict(each) for each in record.production_variants}
        described = call.moto()
        endpoint = running.get().get(record.arn)
        # moto changes its record in place, and sets to None what the request does not say.
        record.production_variants = [
            {
                **before[each["VariantName"]],
                **{name: value for name, value in each.items() if value is not None},
            }
            for each in record.production_variants
        ]
        record.last_modified_time = utcnow()
    for each in record.production_variants:
        if endpoint and "DesiredWeight" in each:
            endpoint.weigh(each["VariantName"], each["DesiredWeight"])
    return described
