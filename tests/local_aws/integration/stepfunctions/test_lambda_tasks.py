"""`lambda:invoke`."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Failure, ScriptedFunctions, Workflows, states, task


def test_the_payload_arrives_and_comes_back(workflows: Workflows, functions: ScriptedFunctions) -> None:
    arn = functions.add("double", lambda event: {"twice": [event["n"]] * 2})
    call = task("lambda:invoke", {"FunctionName": arn, "Payload": "{% $states.input %}"})

    output = workflows.output(states({"Call": call}), {"n": None})

    assert (output["StatusCode"], output["Payload"]) == (200, {"twice": [None, None]})


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        ({"errorType": "UnreadableInput", "errorMessage": "line 3"}, "UnreadableInput"),
        ({"errorType": "Runtime.ExitError", "errorMessage": "crashed"}, "Runtime.ExitError"),
        ({"errorMessage": "2026-11-23T20:00:00Z Task timed out after 3.00 seconds"}, "Lambda.Unknown"),
        ("just text", "Lambda.Unknown"),
    ],
)
def test_an_exception_is_the_error_and_its_payload_the_cause(
    workflows: Workflows, functions: ScriptedFunctions, payload: Any, error: str
) -> None:
    def fail(_: Any) -> None:
        raise Failure(payload)

    arn = functions.add(f"raises-{abs(hash(str(payload)))}", fail)
    ended = workflows.run(states({"Call": task("lambda:invoke", {"FunctionName": arn, "Payload": {}})}))

    assert ended["error"] == error
    assert json.dumps(payload, separators=(",", ":")) in ended["cause"]
    if error != "Lambda.Unknown":
        assert json.loads(ended["cause"]) == payload


def test_a_function_that_does_not_exist_is_named_so(workflows: Workflows) -> None:
    call = task("lambda:invoke", {"FunctionName": "no-such-function", "Payload": {}})

    ended = workflows.run(states({"Call": call}))

    assert ended["error"] == "Lambda.ResourceNotFoundException"
    assert "(Service: AWSLambda; Status Code: 404;" in ended["cause"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"Payload": {}}, 'The field "FunctionName" is required but was missing'),
        ({"FunctionName": "f", "Paylod": {}}, 'The field "Paylod" is not supported by Step Functions'),
    ],
)
def test_wrong_arguments_are_refused(workflows: Workflows, arguments: Any, problem: str) -> None:
    with pytest.raises(ClientError) as refused:
        workflows.create(states({"Call": task("lambda:invoke", arguments)}))

    assert problem in str(refused.value)


def test_a_pattern_that_lambda_lacks_is_refused(workflows: Workflows) -> None:
    with pytest.raises(ClientError, match="is not recognized"):
        workflows.create(states({"Call": task("lambda:invoke.sync", {"FunctionName": "f"})}))


def test_unknown_arguments_of_an_expression_fail_the_execution(workflows: Workflows) -> None:
    call = task("lambda:invoke", "{% {'FunctionName': 'f', 'Paylod': 1} %}")

    assert workflows.run(states({"Call": call}))["error"] == "States.Runtime"
