from __future__ import annotations

from dataclasses import replace

import pytest

from bakeoff.domain.errors import InvalidSettings
from bakeoff.domain.planning.updates import UpdateTiming
from local_aws.services.sagemaker.control_plane.endpoints.deployment_config import waiting
from tests.fakes import TIMING


@pytest.mark.parametrize(
    ("traffic", "instances", "pauses"),
    [
        ("all-at-once", 1, 1),
        ("all-at-once", 8, 1),
        ("canary", 2, 2),
        ("linear", 2, 2),
        ("linear", 3, 3),
        ("linear", 7, 7),
        ("linear", 8, 4),
        ("linear", 11, 6),
        ("linear", 100, 4),
    ],
)
def test_an_update_has_to_have_more_time_than_its_pauses_take(
    traffic: str, instances: int, pauses: int
) -> None:
    least = UpdateTiming(traffic, instances, bake_seconds=600, timeout_seconds=600 * pauses + 1)

    least.require_time()
    with pytest.raises(InvalidSettings):
        replace(least, timeout_seconds=600 * pauses).require_time()


@pytest.mark.parametrize("traffic", ["canary", "linear"])
@pytest.mark.parametrize("instances", range(2, 20))
def test_the_pauses_are_those_that_sagemaker_makes_of_the_workflow_s_request(
    traffic: str, instances: int
) -> None:
    """As the embedded SageMaker counts them."""
    size = {"Type": "INSTANCE_COUNT", "Value": max(1, instances // 4)}
    kinds = {
        "canary": {"Type": "CANARY", "CanarySize": {"Type": "INSTANCE_COUNT", "Value": 1}},
        "linear": {"Type": "LINEAR", "LinearStepSize": size},
    }
    policy = {
        "TrafficRoutingConfiguration": {**kinds[traffic], "WaitIntervalInSeconds": 7},
        "TerminationWaitInSeconds": 7,
    }
    waits = waiting({"BlueGreenUpdatePolicy": policy}, instances)

    UpdateTiming(traffic, instances, 7, waits + 1).require_time()
    with pytest.raises(InvalidSettings, match=f"{waits} together"):
        UpdateTiming(traffic, instances, 7, waits).require_time()


def test_the_sentence_names_what_to_change() -> None:
    with pytest.raises(InvalidSettings) as told:
        replace(TIMING, traffic="canary", instances=2, bake_seconds=3600).require_time()

    assert str(told.value) == (
        "PromotionTimeoutSeconds is 3600, but with PromotionTraffic canary an update of production has 2 "
        "pauses of 3600 seconds (PromotionBakeSeconds), 7200 together: give it more than that, or shorten "
        "PromotionBakeSeconds."
    )


def test_a_traffic_of_which_nobody_knows_is_named() -> None:
    with pytest.raises(InvalidSettings, match="all-at-once, canary, linear, not"):
        replace(TIMING, traffic="sideways").require_time()
