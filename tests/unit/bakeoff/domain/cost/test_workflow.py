"""The figures that the bounds go by are those of the workflow and of the template."""

from __future__ import annotations

from typing import Any

import pytest

from bakeoff.domain.cost.workflow import FUNCTIONS, STATES, SWEEP_SECONDS, TURN, WAITING, Capacity, Function
from local_aws.services.stepfunctions.jsonata.engine import evaluate
from local_aws.services.stepfunctions.validation.transitions import targets
from tests.template import FUNCTIONS as DEPLOYED
from tests.template import TEMPLATE, WORKFLOW, states_of

FOUND: dict[str, Any] = dict(states_of(WORKFLOW))
DEFAULTS = TEMPLATE["Globals"]["Function"]


def seconds_of(state: dict[str, Any]) -> int:
    limit = state["TimeoutSeconds"]
    # Scoring has what is left of the run, and never more than this.
    return limit if isinstance(limit, int) else int(limit.split("$min([")[1].split(",")[0])


def deployed(name: str) -> Function:
    properties = {**DEFAULTS, **DEPLOYED[name]}
    return Function(properties["MemorySize"], properties["Timeout"])


def pause(state: str, name: str, stack: Capacity) -> Any:
    """A variable that a state assigns, as the workflow computes it for a stack."""
    given = {
        "EndpointPollSeconds": stack.endpoint_poll_seconds,
        "EndpointTimeoutSeconds": stack.endpoint_seconds,
        "QuotaWaitSeconds": stack.quota_wait_seconds,
    }
    expression = FOUND[state]["Assign"][name].removeprefix("{%").removesuffix("%}")
    for parameter, value in given.items():
        expression = expression.replace(f"${{{parameter}}}", str(value))
    return evaluate(expression, {})


@pytest.mark.parametrize("name", STATES)
def test_a_state_s_patience_is_the_workflow_s(name: str) -> None:
    state, expected = FOUND[name], STATES[name]
    [retry] = state["Retry"]
    assert seconds_of(state) == expected.seconds
    assert (retry["MaxAttempts"], retry["IntervalSeconds"]) == (expected.retries, expected.pause)
    assert (retry["BackoffRate"], retry["MaxDelaySeconds"]) == (expected.rate, expected.longest_pause)


def test_every_state_that_calls_a_function_after_the_turn_has_its_figures() -> None:
    calling = {
        name
        for name, state in FOUND.items()
        if state.get("Resource", "").endswith("lambda:invoke") and name != "Take turn"
    }
    assert calling == FUNCTIONS.keys()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_s_memory_and_time_are_the_template_s(name: str) -> None:
    called = FOUND[name]["Arguments"]["FunctionName"]
    assert deployed(called.removeprefix("${").removesuffix("Arn}")) == FUNCTIONS[name]


def test_so_are_those_of_the_turn_and_of_the_sweep() -> None:
    assert deployed("TakeTurnFunction") == TURN
    assert deployed("SweepResourcesFunction").seconds == SWEEP_SECONDS


def test_a_run_waits_in_the_states_before_its_plan() -> None:
    before, ahead = set[str](), [WORKFLOW["StartAt"]]
    while ahead:
        name = ahead.pop()
        if name not in {*before, "Plan run"} and FOUND[name]["Type"] not in ("Succeed", "Fail"):
            before.add(name)
            ahead += targets(FOUND[name])
    assert before == WAITING


def test_the_longest_of_a_state_is_all_tries_and_all_pauses() -> None:
    # 4 tries of 60 seconds, and 3, 6 and 12 seconds between them.
    assert STATES["Create model"].longest == 4 * 60 + 21
    # 11 tries of 90 seconds, and 2, 4, 8, 16, 32 and five times 60 seconds between them.
    assert STATES["Record failure"].longest == 11 * 90 + 62 + 300


def capacity(**changes: int) -> Capacity:
    times = {"endpoint_seconds": 1800, "endpoint_poll_seconds": 30, "quota_wait_seconds": 3600}
    return Capacity("ml.m5.xlarge", 1, 30, 5, 14400, **{**times, **changes})


@pytest.mark.parametrize(
    ("endpoint", "poll", "expected"), [(1800, 30, 30), (7200, 1, 15), (60, 1, 1), (1800, 300, 300)]
)
def test_looks_at_an_endpoint_are_as_far_apart_as_the_workflow_makes_them(
    endpoint: int, poll: int, expected: int
) -> None:
    stack = capacity(endpoint_seconds=endpoint, endpoint_poll_seconds=poll)
    assert stack.endpoint_pause == expected == pause("Take candidate", "endpoint_pause", stack)
    assert (stack.looks - 2) * expected <= endpoint < (stack.looks - 1) * expected


def test_a_quota_is_waited_for_as_often_as_the_workflow_lets_it() -> None:
    # A pause of 60 seconds at least, so that an hour has 60 of them; and one more try for SageMaker's mishap.
    assert capacity().attempts == 60 + 2
    assert capacity(quota_wait_seconds=0).attempts == 2
    assert capacity(quota_wait_seconds=86400).attempts == 240 + 2
    assert capacity(quota_wait_seconds=86400).preparations == 60 + 4


@pytest.mark.parametrize("seconds", [0, 600, 3600, 5000, 86400])
def test_pauses_for_a_quota_are_those_of_the_workflow(seconds: int) -> None:
    stack = capacity(quota_wait_seconds=seconds)
    assert stack.attempts == seconds // pause("Take candidate", "quota_pause", stack) + 2
    for state, name in (("Plan run", "prepare_pause"), ("Judge candidates", "final_pause")):
        assert stack.preparations == seconds // pause(state, name, stack) + 4
