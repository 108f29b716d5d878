"""In which steps requests move from the old fleet to the new one, and how long each is watched.

Sources: "Blue/Green Deployments" and "Rolling Deployments" in the guide, TrafficRoutingConfig and
RollingUpdatePolicy in the API reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

_ALL_AT_ONCE = {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0}
_SIZES = {"CANARY": "CanarySize", "LINEAR": "LinearStepSize"}


@dataclass(frozen=True)
class Step:
    """`share` of the capacity gets requests, then alarms are watched for `seconds`, as `wait` is called."""

    share: Fraction
    seconds: int
    wait: str


def steps_of(config: Mapping[str, Any], total: int) -> list[Step]:
    """The steps of a valid DeploymentConfig for a variant of `total` instances; {} is all at once."""
    rolling = config.get("RollingUpdatePolicy")
    if rolling is not None:
        shares = _even(batch(rolling["MaximumBatchSize"], total), total)
        return [Step(share, rolling["WaitIntervalInSeconds"], "WaitIntervalInSeconds") for share in shares]
    policy = config.get("BlueGreenUpdatePolicy", {})
    routing = policy.get("TrafficRoutingConfiguration", _ALL_AT_ONCE)
    between = routing["WaitIntervalInSeconds"]
    *first, last = _shares(routing, total)
    return [
        *(Step(share, between, "WaitIntervalInSeconds") for share in first),
        Step(last, policy.get("TerminationWaitInSeconds", 0), "TerminationWaitInSeconds"),
    ]


def batch(size: Mapping[str, Any], total: int) -> int:
    """A CapacitySize in instances, at least one."""
    if size["Type"] == "INSTANCE_COUNT":
        return int(size["Value"])
    return max(1, total * int(size["Value"]) // 100)


def _shares(routing: Mapping[str, Any], total: int) -> list[Fraction]:
    if routing["Type"] == "ALL_AT_ONCE":
        return [Fraction(1)]
    count = batch(routing[_SIZES[routing["Type"]]], total)
    if routing["Type"] == "CANARY":
        return [Fraction(count, total), Fraction(1)]
    return _even(count, total)


def _even(count: int, total: int) -> list[Fraction]:
    return [Fraction(min(done + count, total), total) for done in range(0, total, count)]
