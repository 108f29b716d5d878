"""The steps in which requests move, and which deployment configurations are refused."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.sagemaker.exceptions import ValidationError

from local_aws.services.sagemaker.control_plane.endpoints.deployment_config import require_valid, waiting
from local_aws.services.sagemaker.control_plane.endpoints.traffic import steps_of

WAITS = st.integers(0, 3600)
SIZES = st.fixed_dictionaries(
    {"Type": st.sampled_from(["INSTANCE_COUNT", "CAPACITY_PERCENT"]), "Value": st.integers(1, 100)}
)


def blue_green(kind: str, wait: int, termination: int = 0, **more: Any) -> dict[str, Any]:
    routing = {"Type": kind, "WaitIntervalInSeconds": wait, **more}
    return {
        "BlueGreenUpdatePolicy": {
            "TrafficRoutingConfiguration": routing,
            "TerminationWaitInSeconds": termination,
        }
    }


def rolling(size: dict[str, Any], wait: int) -> dict[str, Any]:
    return {"RollingUpdatePolicy": {"MaximumBatchSize": size, "WaitIntervalInSeconds": wait}}


CONFIGS = st.one_of(
    st.builds(blue_green, st.just("ALL_AT_ONCE"), WAITS, WAITS),
    st.builds(lambda size, *waits: blue_green("CANARY", *waits, CanarySize=size), SIZES, WAITS, WAITS),
    st.builds(lambda size, *waits: blue_green("LINEAR", *waits, LinearStepSize=size), SIZES, WAITS, WAITS),
    st.builds(rolling, SIZES, WAITS),
)


def is_valid(config: dict[str, Any], *counts: int) -> bool:
    try:
        require_valid(config, counts)
    except ValidationError:
        return False
    return True


def percent(value: int) -> dict[str, Any]:
    return {"Type": "CAPACITY_PERCENT", "Value": value}


def count(value: int) -> dict[str, Any]:
    return {"Type": "INSTANCE_COUNT", "Value": value}


@given(CONFIGS, st.integers(1, 30))
def test_the_steps_of_whatever_is_accepted_lead_to_all_requests(config: dict[str, Any], total: int) -> None:
    if not is_valid(config, total):
        return
    shares = [step.share for step in steps_of(config, total)]

    assert shares == sorted(set(shares))
    assert shares[-1] == 1
    assert all(0 < share <= Fraction(1, 2) for share in shares[:1]) or len(shares) == 1
    assert all((share * total).denominator == 1 for share in shares)


@given(CONFIGS, st.integers(1, 30), st.integers(600, 28_800))
def test_the_limit_has_room_for_all_waits(config: dict[str, Any], total: int, limit: int) -> None:
    [policy] = config.values()
    limited = {name: {**policy, "MaximumExecutionTimeoutInSeconds": limit} for name in config}
    if is_valid(config, total):
        assert is_valid(limited, total) == (waiting(config, total) < limit)


@pytest.mark.parametrize(
    ("config", "total", "expected"),
    [
        ({}, 3, [(1, 0)]),
        (blue_green("ALL_AT_ONCE", 60, 30), 3, [(1, 30)]),
        (blue_green("CANARY", 60, 30, CanarySize=percent(30)), 10, [(Fraction(3, 10), 60), (1, 30)]),
        (blue_green("CANARY", 60, CanarySize=percent(10)), 4, [(Fraction(1, 4), 60), (1, 0)]),
        (blue_green("LINEAR", 60, 30, LinearStepSize=count(2)), 5, [(0.4, 60), (0.8, 60), (1, 30)]),
        (rolling(percent(50), 60), 4, [(0.5, 60), (1, 60)]),
    ],
)
def test_shares_and_waits_are_those_documented(
    config: dict[str, Any], total: int, expected: list[tuple[float, int]]
) -> None:
    require_valid(config, [total])

    assert [(step.share, step.seconds) for step in steps_of(config, total)] == [
        (Fraction(share).limit_denominator(100), seconds) for share, seconds in expected
    ]


@pytest.mark.parametrize(
    ("config", "counts", "words"),
    [
        ({**blue_green("ALL_AT_ONCE", 0), **rolling(percent(50), 0)}, [2], "one update policy"),
        (blue_green("CANARY", 0), [2], "CANARY needs CanarySize"),
        (blue_green("LINEAR", 0, CanarySize=percent(50)), [2], "LINEAR needs LinearStepSize"),
        (blue_green("ALL_AT_ONCE", 0, CanarySize=percent(50)), [2], "neither CanarySize nor LinearStepSize"),
        (blue_green("CANARY", 0, CanarySize=percent(51)), [10], "from 1% to 50%"),
        (blue_green("CANARY", 0, CanarySize=count(3)), [5], "3 (INSTANCE_COUNT) of 5 instance(s)"),
        (blue_green("CANARY", 0, CanarySize=percent(50)), [1], "of 1 instance(s)"),
        (blue_green("CANARY", 0, CanarySize=count(2)), [10, 3], "of 3 instance(s)"),
        (blue_green("LINEAR", 0, LinearStepSize=percent(9)), [20], "from 10% to 50%"),
        (blue_green("LINEAR", 0, LinearStepSize=count(1)), [11], "from 10% to 50%"),
        (rolling(percent(4), 0), [30], "from 5% to 50%"),
        (rolling(percent(50), 0), [4, 4], "one production variant"),
    ],
)
def test_what_can_not_be_is_refused(config: dict[str, Any], counts: list[int], words: str) -> None:
    with pytest.raises(ValidationError) as error:
        require_valid(config, counts)

    assert words in error.value.message


def test_no_configuration_is_all_at_once() -> None:
    require_valid(None, [1])
    require_valid({}, [1])
