"""262,144 bytes of state data, 25,000 events."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from local_aws.services.stepfunctions.interpreter import quotas
from local_aws.services.stepfunctions.interpreter.quotas import MAX_BYTES

from .conftest import ScriptedFunctions, Workflows, states, task


def padding(bytes_of_json: int) -> dict[str, str]:
    """An object whose compact JSON has this many bytes, with letters of two bytes each."""
    filler, odd = divmod(bytes_of_json - len('{"a":""}'), 2)
    return {"a": "é" * filler + "x" * odd}


def test_data_of_exactly_the_limit_passes(workflows: Workflows) -> None:
    ended = workflows.run(states({"Keep": {"Type": "Pass", "End": True}}), padding(MAX_BYTES))

    assert ended["status"] == "SUCCEEDED"


def test_one_byte_more_fails(workflows: Workflows) -> None:
    longer = {"Type": "Pass", "Output": "{% {'a': $states.input.a & 'x'} %}", "End": True}

    ended = workflows.run(states({"Longer": longer}), padding(MAX_BYTES))

    assert (ended["status"], ended["error"]) == ("FAILED", "States.DataLimitExceeded")


def test_arguments_over_the_limit_fail(workflows: Workflows, functions: ScriptedFunctions) -> None:
    payload = "{% $states.input.a & $states.input.a %}"
    call = task(
        "lambda:invoke", {"FunctionName": functions.add("never-called", json.dumps), "Payload": payload}
    )

    ended = workflows.run(states({"Call": call}), padding(MAX_BYTES // 2 + 100))

    assert (ended["status"], ended["error"]) == ("FAILED", "States.DataLimitExceeded")


def test_an_input_over_the_limit_is_refused(workflows: Workflows) -> None:
    machine = workflows.create(states({"Done": {"Type": "Succeed"}}))

    with pytest.raises(ClientError) as refused:
        workflows.api.start_execution(stateMachineArn=machine, input=json.dumps("x" * MAX_BYTES))

    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_variables_over_the_limit_fail_and_are_caught_by_nobody(workflows: Workflows) -> None:
    keep = {
        "Type": "Pass",
        "Assign": {"one": "{% $states.input.a %}", "two": "{% $states.input.a %}"},
        "Next": "Done",
    }

    ended = workflows.run(states({"Keep": keep, "Done": {"Type": "Succeed"}}), padding(MAX_BYTES // 2 + 100))

    assert (ended["status"], ended["error"]) == ("FAILED", "States.DataLimitExceeded")


def test_a_history_of_too_many_events_ends_the_execution(
    workflows: Workflows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotas, "MAX_EVENTS", 100)
    around = {"Type": "Pass", "Next": "Around"}

    ended = workflows.run(states({"Around": around}))

    assert (ended["status"], ended["error"]) == ("FAILED", "States.Runtime")
    assert ended["cause"].endswith("The execution reached the maximum number of history events (100).")
    assert len(workflows.events(ended["executionArn"])) == 100
