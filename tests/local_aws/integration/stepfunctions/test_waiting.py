"""Waiting states: how long, and how they end early."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice

from local_aws.core.instance import Instance
from local_aws.services.stepfunctions.interpreter import waiting
from tests.patience import PATIENCE_SECONDS

from .conftest import Failure, ScriptedFunctions, Workflows, states, task


def seconds(ended: dict[str, Any]) -> float:
    lasted: timedelta = ended["stopDate"] - ended["startDate"]
    return lasted.total_seconds()


@pytest.fixture(autouse=True)
def as_in_aws(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance, "pace", 1.0)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """For how long states have asked to wait; they go on at once."""
    asked: list[float] = []
    monkeypatch.setattr(waiting, "pause", lambda env, seconds: asked.append(seconds))
    return asked


def test_a_wait_of_one_second_is_one_second(workflows: Workflows, pauses: list[float]) -> None:
    workflows.output(states({"Wait": {"Type": "Wait", "Seconds": 1, "End": True}}))

    assert pauses == [1]


def test_a_wait_is_never_shorter(workflows: Workflows) -> None:
    ended = workflows.run(states({"Wait": {"Type": "Wait", "Seconds": 1, "End": True}}))

    assert ended["status"] == "SUCCEEDED" and seconds(ended) >= 1


@pytest.mark.parametrize(
    ("language", "wait"),
    [
        ("JSONata", {"Seconds": 10}),
        ("JSONata", {"Seconds": "{% 4 + 6 %}"}),
        ("JSONPath", {"SecondsPath": "$.s"}),
    ],
)
def test_seconds_pass_at_the_pace_of_the_instance(
    instance: Instance,
    workflows: Workflows,
    pauses: list[float],
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    wait: dict[str, Any],
) -> None:
    monkeypatch.setattr(instance, "pace", 0.1)
    waits = states({"Wait": {"Type": "Wait", **wait, "End": True}}, QueryLanguage=language)

    workflows.output(waits, {"s": 10})

    assert pauses == [pytest.approx(1)]


def test_a_moment_comes_at_no_pace(
    instance: Instance, workflows: Workflows, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "pace", 0.1)
    until = datetime.now(UTC) + timedelta(hours=1)
    workflows.output(
        states({"Wait": {"Type": "Wait", "Timestamp": f"{until:%Y-%m-%dT%H:%M:%SZ}", "End": True}})
    )

    assert pauses[0] > 3000


def test_a_timestamp_is_read_in_utc(workflows: Workflows, pauses: list[float]) -> None:
    until = datetime.now(UTC) + timedelta(hours=1)
    text = until.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    workflows.output(states({"Wait": {"Type": "Wait", "Timestamp": text, "End": True}}))

    [asked] = pauses
    passed = (datetime.now(UTC) - until).total_seconds()
    assert -passed <= asked <= 3600


def test_the_execution_times_out_with_its_last_event(workflows: Workflows) -> None:
    long = states({"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}}, TimeoutSeconds=1)

    ended = workflows.run(long)

    assert ended["status"] == "TIMED_OUT"
    assert seconds(ended) >= 1
    assert workflows.events(ended["executionArn"])[-1]["type"] == "ExecutionTimedOut"


def test_stopping_does_not_wait_for_a_function_that_runs(
    workflows: Workflows, functions: ScriptedFunctions
) -> None:
    # Given a workflow inside a function that takes long
    entered, release = threading.Event(), threading.Event()

    def work(_: Any) -> str:
        entered.set()
        release.wait()
        return "late"

    call = task("lambda:invoke", {"FunctionName": functions.add("endless", work), "Payload": {}})
    execution = workflows.start(states({"Call": call}))
    assert entered.wait(PATIENCE_SECONDS)

    # When it is stopped
    workflows.api.stop_execution(executionArn=execution, error="Enough", cause="tired of waiting")
    ended = workflows.wait(execution)

    # Then it ends at once, and the late answer leaves no trace in its history
    release.set()
    assert (ended["status"], ended["error"], ended["cause"]) == ("ABORTED", "Enough", "tired of waiting")
    for thread in workflows.instance.threads.alive():
        if thread.name == "states-attempt":
            thread.join()
    assert workflows.events(execution)[-1]["type"] == "ExecutionAborted"


def test_stopping_does_not_wait_for_the_pause_before_a_retry(
    workflows: Workflows, functions: ScriptedFunctions
) -> None:
    failed = threading.Event()

    def fail(_: Any) -> None:
        failed.set()
        raise Failure({"errorType": "Down", "errorMessage": "no"})

    retry = [{"ErrorEquals": ["Down"], "IntervalSeconds": 3600}]
    call = task("lambda:invoke", {"FunctionName": functions.add("down", fail), "Payload": {}}, Retry=retry)
    execution = workflows.start(states({"Call": call}))
    assert failed.wait(PATIENCE_SECONDS)

    workflows.api.stop_execution(executionArn=execution)

    assert workflows.wait(execution)["status"] == "ABORTED"


def test_a_failing_iteration_aborts_the_others_at_once(workflows: Workflows) -> None:
    inner = states(
        {
            "Which": {
                "Type": "Choice",
                "Choices": [{"Condition": "{% $states.input = 'fail' %}", "Next": "Fail"}],
                "Default": "Wait",
            },
            "Wait": {"Type": "Wait", "Seconds": 3600, "End": True},
            "Fail": {"Type": "Fail", "Error": "Broken"},
        }
    )
    ended = workflows.run(
        states({"Each": {"Type": "Map", "Items": ["wait", "fail"], "ItemProcessor": inner, "End": True}})
    )

    assert (ended["status"], ended["error"]) == ("FAILED", "Broken")
    types = [event["type"] for event in workflows.events(ended["executionArn"])]
    assert "MapIterationFailed" in types
    assert "MapIterationSucceeded" not in types


def test_an_execution_that_is_stopped_while_it_leaves_a_state_is_aborted(
    workflows: Workflows, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a Choice that is being evaluated
    stopped = threading.Event()
    evaluate = StateChoice._eval_state

    def stop_meanwhile(state: Any, env: Any) -> None:
        evaluate(state, env)
        waiting.stop(env)
        stopped.set()

    monkeypatch.setattr(StateChoice, "_eval_state", stop_meanwhile)
    choice = {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "Done"}]}

    # When its execution is stopped
    ended = workflows.run(states({"Choose": choice, "Done": {"Type": "Succeed"}}))

    # Then that is how it ended
    assert stopped.is_set()
    assert ended["status"] == "ABORTED"
