"""The figures that the bounds go by are those of the workflow and of the template."""

from __future__ import annotations

from dataclasses import replace
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
        "MaxConcurrency": stack.max_concurrency,
    }
    expression = FOUND[state]["Assign"][name].removeprefix("{%").removesuffix("%}")
    for parameter, value in given.items():
        expression = expression.replace(f"${{{parameter}}}", str(value))
    return evaluate(expression, {})


@pytest.mark.parametrize("name", STATES)
def test_a_state_s_patience_is_the_workflow_s(name: str) -> None:
    state, expected = FOUND[name], STATES[name]
    *refused, retry = state["Retry"]
    assert seconds_of(state) == expected.seconds
    assert retry["MaxAttempts"] == expected.retries
    assert [each["MaxAttempts"] for each in refused] == ([expected.refusals] if expected.refusals else [])
    # Of a function that was called, this error cannot tell: nothing ran.
    assert [each["ErrorEquals"] for each in refused] in ([], [["Lambda.TooManyRequestsException"]])
    for each in state["Retry"]:
        assert (each["BackoffRate"], each["MaxDelaySeconds"]) == (expected.rate, expected.longest_pause)
        assert each["IntervalSeconds"] == expected.pause


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
    # As many tries that are refused, and 5 that may run, with 2, 4, 8 and 16 seconds between them.
    assert (STATES["Score candidate"].runs, STATES["Score candidate"].tries) == (5, 15)
    assert STATES["Score candidate"].longest == 15 * 930 + 62 + 300 + 30


def capacity(**changes: int) -> Capacity:
    times = {"endpoint_seconds": 1800, "endpoint_poll_seconds": 30, "quota_wait_seconds": 3600}
    return Capacity("ml.m5.xlarge", 1, 30, 5, 14400, **{**times, **changes})


def wait(state: str, waited: float, stack: Capacity) -> Any:
    """For how long a Wait of the workflow lasts, when so many seconds have been waited before."""
    since = {"Wait for endpoint": "endpoint_since", "Wait for release": "release_since"}[state]
    known = {name: pause("Take candidate", name, stack) for name in ("endpoint_pause", "endpoint_look")}
    expression = FOUND[state]["Seconds"].removeprefix("{%").removesuffix("%}")
    now = 1_795_000_000_000
    # $millis() is the moment of the evaluation.
    expression = expression.replace("$millis()", str(now))
    return evaluate(expression, {**known, since: now - 1000 * waited})


@pytest.mark.parametrize("poll", [1, 30, 300])
@pytest.mark.parametrize("concurrency", [1, 5, 40])
@pytest.mark.parametrize("waited", [0, 1.5, 29, 30, 179, 180, 300, 1799, 7200])
def test_looks_at_an_endpoint_are_as_far_apart_as_the_workflow_makes_them(
    poll: int, concurrency: int, waited: float
) -> None:
    stack = replace(capacity(endpoint_poll_seconds=poll), max_concurrency=concurrency)
    assert wait("Wait for endpoint", waited, stack) == stack.pause_to_come(waited)
    assert wait("Wait for release", waited, stack) == stack.pause_to_go(waited)
    assert stack.endpoint_pause >= max(map(stack.pause_to_come, range(stack.endpoint_seconds)))
    assert stack.endpoint_pause >= max(map(stack.pause_to_go, range(stack.endpoint_seconds)))


def test_looks_are_close_when_most_endpoints_come_and_go_and_rarer_before_and_after() -> None:
    usual = capacity()
    assert [usual.pause_to_come(waited) for waited in (0, 179, 180, 300, 1800)] == [30, 30, 3, 4, 20]
    assert [usual.pause_to_go(waited) for waited in (0, 29, 30, 60, 120)] == [15, 15, 3, 3, 4]
    # At most, in half an hour; and at the shortest and longest that the template allows.
    assert (usual.looks_to_come, usual.looks_to_go) == (198, 111)
    longest = capacity(endpoint_seconds=7200, endpoint_poll_seconds=1)
    assert max(longest.looks_to_come, longest.looks_to_go) <= 500


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
