"""Which deployment configurations SageMaker refuses, beyond what the model of its API says.

Sources: DeploymentConfig, BlueGreenUpdatePolicy, TrafficRoutingConfig and RollingUpdatePolicy in the API
reference. The sentences are our own: AWS documents none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from moto.sagemaker.exceptions import ValidationError

from local_aws.services.sagemaker.control_plane.endpoints.traffic import batch, steps_of

_POLICIES = ("BlueGreenUpdatePolicy", "RollingUpdatePolicy")
# Of the sizes that a type of traffic routing takes: the least percentage of the instances.
_SIZES = {"ALL_AT_ONCE": {}, "CANARY": {"CanarySize": 1}, "LINEAR": {"LinearStepSize": 10}}
_MOST_PERCENT = 50
_ROLLING_LEAST_PERCENT = 5


def require_valid(config: Mapping[str, Any] | None, counts: Sequence[int]) -> None:
    """Raise ValidationError unless an endpoint whose variants have `counts` instances can be updated so."""
    if config is None:
        return
    given = [policy for policy in _POLICIES if policy in config]
    if len(given) > 1:
        _refuse("DeploymentConfig takes one update policy: BlueGreenUpdatePolicy or RollingUpdatePolicy.")
    if "BlueGreenUpdatePolicy" in given:
        _require_routing(config["BlueGreenUpdatePolicy"]["TrafficRoutingConfiguration"], min(counts))
    if "RollingUpdatePolicy" in given:
        _require_rolling(config["RollingUpdatePolicy"], counts)
    for policy in given:
        _require_time(config, config[policy], min(counts))


def waiting(config: Mapping[str, Any], total: int) -> int:
    """The seconds of all waits of an update together."""
    return sum(step.seconds for step in steps_of(config, total))


def _require_routing(routing: Mapping[str, Any], total: int) -> None:
    kind = routing["Type"]
    for size in ("CanarySize", "LinearStepSize"):
        if (size in routing) != (size in _SIZES[kind]):
            _refuse(f"A TrafficRoutingConfiguration of type {kind} needs {_needs(kind)}.")
    for size, least in _SIZES[kind].items():
        _require_size(size, routing[size], least, total)


def _require_rolling(policy: Mapping[str, Any], counts: Sequence[int]) -> None:
    if len(counts) > 1:
        _refuse("A RollingUpdatePolicy is for endpoints with one production variant.")
    _require_size("MaximumBatchSize", policy["MaximumBatchSize"], _ROLLING_LEAST_PERCENT, counts[0])


def _require_size(name: str, size: Mapping[str, Any], least: int, total: int) -> None:
    value = size["Value"]
    percent = value if size["Type"] == "CAPACITY_PERCENT" else 100 * value / total
    if not least <= percent <= _MOST_PERCENT or batch(size, total) * 2 > total:
        _refuse(
            f"{name} must be from {least}% to {_MOST_PERCENT}% of the variant's total instance count; it is "
            f"{value} ({size['Type']}) of {total} instance(s)."
        )


def _require_time(config: Mapping[str, Any], policy: Mapping[str, Any], total: int) -> None:
    limit, waits = policy.get("MaximumExecutionTimeoutInSeconds"), waiting(config, total)
    if limit is not None and limit <= waits:
        _refuse(
            f"MaximumExecutionTimeoutInSeconds ({limit}) must be larger than the total waiting time of the "
            f"deployment, which is {waits} seconds."
        )


def _needs(kind: str) -> str:
    return " and ".join(_SIZES[kind]) or "neither CanarySize nor LinearStepSize"


def _refuse(message: str) -> NoReturn:
    raise ValidationError(message=message)
