"""`$states`: the context object, results and error outputs."""

from __future__ import annotations

import re

from .conftest import Failure, ScriptedFunctions, Workflows, states, task

ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def test_the_context_object_has_the_fields_of_aws(workflows: Workflows) -> None:
    context = workflows.value("$states.context", {"a": None})

    execution, state = context["Execution"], context["State"]
    assert execution.keys() == {"Id", "Input", "Name", "RedriveCount", "RoleArn", "StartTime"}
    assert (execution["Input"], execution["RedriveCount"], execution["RoleArn"]) == (
        {"a": None},
        0,
        workflows.role,
    )
    assert ISO_TIME.fullmatch(execution["StartTime"])
    assert (state["Name"], state["RetryCount"]) == ("Only", 0)
    assert ISO_TIME.fullmatch(state["EnteredTime"])
    assert context["StateMachine"].keys() == {"Id", "Name"}


def test_the_arguments_of_a_task_know_the_item_of_their_iteration(
    workflows: Workflows, functions: ScriptedFunctions
) -> None:
    arn = functions.add("echo-item", lambda event: event)
    inner = states(
        {
            "Call": task(
                "lambda:invoke",
                {"FunctionName": arn, "Payload": "{% $states.context.Map.Item %}"},
                Output="{% $states.result.Payload %}",
            )
        }
    )
    definition = states({"Each": {"Type": "Map", "Items": ["x", "y"], "ItemProcessor": inner, "End": True}})

    assert workflows.output(definition) == [{"Index": 0, "Value": "x"}, {"Index": 1, "Value": "y"}]


def test_the_retry_count_is_that_of_the_attempt(workflows: Workflows, functions: ScriptedFunctions) -> None:
    seen: list[int] = []

    def fail_twice(event: int) -> str:
        seen.append(event)
        if event < 2:
            raise Failure({"errorType": "Flaky", "errorMessage": "again"})
        return "done"

    retry = [{"ErrorEquals": ["Flaky"], "IntervalSeconds": 1, "MaxDelaySeconds": 1, "JitterStrategy": "FULL"}]
    call = task(
        "lambda:invoke",
        {
            "FunctionName": functions.add("flaky", fail_twice),
            "Payload": "{% $states.context.State.RetryCount %}",
        },
        Retry=retry,
        Output={
            "count": "{% $states.context.State.RetryCount %}",
            "failed": "{% $exists($states.errorOutput) %}",
        },
    )

    assert workflows.output(states({"Call": call})) == {"count": 2, "failed": False}
    assert seen == [0, 1, 2]


def test_a_catch_has_an_error_output_and_no_result(workflows: Workflows) -> None:
    catch = {
        "ErrorEquals": ["States.ALL"],
        "Output": {"error": "{% $states.errorOutput.Error %}", "result": "{% $exists($states.result) %}"},
        "Next": "End",
    }
    call = task("aws-sdk:sagemaker:describeEndpoint", {"EndpointName": "none"}, Catch=[catch])

    output = workflows.output(states({"Call": call, "End": {"Type": "Succeed"}}))

    assert output == {"error": "SageMaker.SageMakerException", "result": False}


def test_a_pass_has_no_result(workflows: Workflows) -> None:
    assert workflows.value("$exists($states.result)", {"a": 1}) is False
