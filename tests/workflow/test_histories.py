"""A history has at most 25,000 events: at the longest waits that the template's parameters allow."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from bakeoff.domain.intake.turns import MAX_QUIETS, MAX_WAITED_SECONDS, next_wait
from bakeoff.domain.planning.algorithms import MAX_CANDIDATES
from local_aws.services.stepfunctions.interpreter.quotas import MAX_EVENTS
from local_aws.services.stepfunctions.jsonata import engine as jsonata_engine
from tests.template import TEMPLATE
from tests.workflow.conftest import Workflow, definition
from tests.workflow.fault_matrix.faults import QUOTA
from tests.workflow.simulation.scripted import Fault, ScriptedAws

PARAMETERS = TEMPLATE["Parameters"]
# For retries, which are three events each.
RESERVE = 2000


def events_of(workflow: Workflow, *candidates: str, **overrides: str) -> int:
    requested = [{"name": name, "algorithm": "xgboost"} for name in candidates]
    arn = workflow.start({"algorithms": requested}, None, **overrides)
    workflow.wait(arn)
    return len(workflow.events(arn))


def pauses(candidates: int, **overrides: str) -> dict[str, int]:
    """What the workflow file's own expressions say."""
    [check] = [state for state in machine(**overrides) if "pauses" in state.get("Assign", {})]
    result: dict[str, Any] = {"Payload": {"candidates": [{}] * candidates}}
    return {name: evaluated(text, {"result": result}) for name, text in check["Assign"]["pauses"].items()}


def prepare_pause(**overrides: str) -> int:
    [plan] = [state for state in machine(**overrides) if "prepare_pause" in state.get("Assign", {})]
    return int(evaluated(plan["Assign"]["prepare_pause"], {}))


def machine(**overrides: str) -> list[dict[str, Any]]:
    return list(json.loads(definition(**overrides))["States"].values())


def evaluated(text: str, states: dict[str, Any]) -> Any:
    return jsonata_engine.evaluate(text.removeprefix("{%").removesuffix("%}"), {"states": states})


def extreme(name: str, bound: str) -> int:
    return int(PARAMETERS[name][bound])


@pytest.mark.parametrize("count", [1, 2, 5, 20, MAX_CANDIDATES])
def test_the_longest_waits_fit_into_a_history(workflow: Workflow, aws: ScriptedAws, count: int) -> None:
    # Given what a look at an endpoint, a wait for a quota and a candidate cost, as the interpreter writes it
    alone, pair = events_of(workflow, "alpha"), events_of(workflow, "alpha", "beta")
    look = _difference(workflow, aws, "Creating", "Creating")
    quota = _quota_events(workflow, aws, "create_training_job")
    prepare = _quota_events(workflow, aws, "create_processing_job")
    turn = 9

    # When every parameter takes the value that makes the longest history
    endpoint_seconds = extreme("EndpointTimeoutSeconds", "MaxValue")
    quota_seconds = extreme("QuotaWaitSeconds", "MaxValue")
    longest = {
        "EndpointPollSeconds": str(extreme("EndpointPollSeconds", "MinValue")),
        "EndpointTimeoutSeconds": str(endpoint_seconds),
        "QuotaWaitSeconds": str(quota_seconds),
    }
    pause = pauses(count, **longest)
    looks = math.ceil(endpoint_seconds / pause["endpoint"]) + 1
    total = (
        alone
        + (count - 1) * (pair - alone)
        + count * look * 2 * looks
        + count * quota * (quota_seconds // pause["quota"])
        + prepare * (quota_seconds // prepare_pause(**longest))
        + turn * _turn_looks()
    )

    # Then there is room left for retries
    print(f"{count} candidates: {total} of {MAX_EVENTS} events")
    assert total < MAX_EVENTS - RESERVE


def _difference(workflow: Workflow, aws: ScriptedAws, *more: str) -> int:
    """Events of one look at an endpoint that is not ready."""
    aws.reset()
    ready = events_of(workflow, "alpha")
    aws.reset()
    aws.sagemaker.endpoint_status["alpha"] = [*more, "InService"]
    later = events_of(workflow, "alpha")
    aws.reset()
    return -(-(later - ready) // len(more))


def _quota_events(workflow: Workflow, aws: ScriptedAws, operation: str) -> int:
    """Events of one wait for a quota."""
    counted = []
    for times in (1, 3):
        aws.reset()
        aws.faults = [Fault.raising(operation, QUOTA, times=times)]
        counted.append(events_of(workflow, "alpha"))
    aws.reset()
    return -(-(counted[1] - counted[0]) // 2)


def _turn_looks() -> int:
    """At the shortest pause that the template allows, and at the end for a burst that never ends."""
    waited, looks = 0, 2 * MAX_QUIETS
    while waited <= MAX_WAITED_SECONDS:
        waited += next_wait(waited, extreme("TurnPollSeconds", "MinValue"))
        looks += 1
    return looks


def test_endpoints_that_never_come_make_the_history_that_was_reckoned_with(
    workflow: Workflow, aws: ScriptedAws
) -> None:
    """The arithmetic above, held against a run in which every wait is as long as it may be."""
    # One after the other, because the clock does not know which of two waits is whose.
    limits = {"EndpointTimeoutSeconds": "600", "MaxConcurrency": "1"}
    healthy = events_of(workflow, "alpha", "beta", **limits)
    aws.reset()
    for name in ("alpha", "beta"):
        aws.sagemaker.endpoint_status[name] = ["Creating for 100000", "Failed"]

    stuck = events_of(workflow, "alpha", "beta", **limits)

    looks = math.ceil(600 / pauses(2, EndpointTimeoutSeconds="600")["endpoint"]) + 1
    assert stuck - healthy <= 2 * 2 * looks * 9
    assert stuck - healthy >= 2 * 2 * (looks - 4) * 9


@pytest.mark.parametrize(("count", "expected"), [(1, 30), (5, 30), (40, 144)])
def test_the_usual_looks_are_spread_only_when_there_are_many_candidates(count: int, expected: int) -> None:
    assert pauses(count)["endpoint"] == expected
