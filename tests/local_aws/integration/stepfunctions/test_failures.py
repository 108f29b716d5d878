"""Error names: which ones states report, and who catches them."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from .conftest import Failure, ScriptedFunctions, Workflows, states, task

HUGE = "x" * 300_000


def catching(name: str, work: dict[str, Any]) -> dict[str, Any]:
    """`work` with a Catch for `name`, whose output is the caught error's name."""
    catch = {"ErrorEquals": [name], "Output": "{% $states.errorOutput.Error %}", "Next": "Caught"}
    return states({"Work": {**work, "Catch": [catch]}, "Caught": {"Type": "Succeed"}})


def in_map(state: dict[str, Any]) -> dict[str, Any]:
    return {"Type": "Map", "Items": [1], "ItemProcessor": states({"Inner": state}), "End": True}


def in_parallel(state: dict[str, Any]) -> dict[str, Any]:
    return {"Type": "Parallel", "Branches": [states({"Inner": state})], "End": True}


@pytest.mark.parametrize("around", [in_map, in_parallel])
def test_a_states_error_keeps_its_name_inside_map_and_parallel(workflows: Workflows, around: Any) -> None:
    bad = {"Type": "Pass", "Output": "{% $number('x') %}", "End": True}

    assert (
        workflows.output(catching("States.QueryEvaluationError", around(bad)))
        == "States.QueryEvaluationError"
    )


@pytest.mark.parametrize("around", [in_map, in_parallel])
@pytest.mark.parametrize("name", ["States.Timeout", "States.Coined", "MyError"])
def test_a_fail_state_can_pass_on_any_name(workflows: Workflows, around: Any, name: str) -> None:
    fail = {"Type": "Fail", "Error": name, "Cause": "as caught before"}

    ended = workflows.run(states({"Work": around(fail)}))

    assert (ended["status"], ended["error"], ended["cause"]) == ("FAILED", name, "as caught before")


def test_a_task_that_takes_too_long_is_a_timeout_inside_map(
    workflows: Workflows, functions: ScriptedFunctions
) -> None:
    release = threading.Event()
    slow = task(
        "lambda:invoke",
        {"FunctionName": functions.add("slow", lambda _: release.wait()), "Payload": {}},
        TimeoutSeconds=1,
    )
    try:
        assert workflows.output(catching("States.Timeout", in_map(slow))) == "States.Timeout"
    finally:
        release.set()


def test_states_all_does_not_catch_a_runtime_error(workflows: Workflows) -> None:
    bad = task("aws-sdk:sagemaker:listEndpoints", "{% {'MaxResultz': 1} %}")

    ended = workflows.run(catching("States.ALL", bad))

    assert (ended["status"], ended["error"]) == ("FAILED", "States.Runtime")
    assert 'The field "MaxResultz" is not supported by Step Functions' in ended["cause"]


def test_states_all_does_not_catch_too_much_data(workflows: Workflows, functions: ScriptedFunctions) -> None:
    call = task("lambda:invoke", {"FunctionName": functions.add("huge", lambda _: HUGE), "Payload": {}})

    ended = workflows.run(catching("States.ALL", call))

    assert (ended["status"], ended["error"]) == ("FAILED", "States.DataLimitExceeded")


def test_too_much_data_can_be_caught_by_its_name(workflows: Workflows, functions: ScriptedFunctions) -> None:
    call = task("lambda:invoke", {"FunctionName": functions.add("huger", lambda _: HUGE), "Payload": {}})

    assert workflows.output(catching("States.DataLimitExceeded", call)) == "States.DataLimitExceeded"


@pytest.mark.parametrize(("error", "is_caught"), [("MyError", True), ("States.Timeout", False)])
def test_task_failed_stands_for_every_error_but_a_timeout(
    workflows: Workflows, functions: ScriptedFunctions, error: str, is_caught: bool
) -> None:
    def fail(_: Any) -> None:
        raise Failure({"errorType": error, "errorMessage": "no"})

    call = task("lambda:invoke", {"FunctionName": functions.add(f"fails-{is_caught}", fail), "Payload": {}})

    ended = workflows.run(catching("States.TaskFailed", call))

    assert ended["status"] == ("SUCCEEDED" if is_caught else "FAILED")
