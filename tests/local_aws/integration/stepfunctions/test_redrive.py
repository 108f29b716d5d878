"""RedriveExecution: an execution goes on where it ended, and nothing that had succeeded is done again."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from local_aws.core.instance import ACCOUNT_ID, REGION
from local_aws.services.stepfunctions.api import redrive_rules as rules

from .conftest import Failure, ScriptedFunctions, Workflows, states, task

BROKEN = {"errorType": "Broken", "errorMessage": "not yet"}


class Work:
    """What a function does: count its calls, and fail until it is repaired."""

    def __init__(self, broken: Any = None) -> None:
        self.broken, self.calls = broken, Counter[Any]()

    def __call__(self, payload: Any) -> Any:
        item = payload.get("item", "")
        self.calls[item] += 1
        if self.broken == item:
            raise Failure(BROKEN)
        return {"did": item}


def lambda_task(function: str, item: Any = "", **fields: Any) -> dict[str, Any]:
    arguments = {"FunctionName": function, "Payload": {"item": item}}
    state = task("lambda:invoke", arguments, Output="{% $states.result.Payload %}", **fields)
    if "Next" in fields:
        state.pop("End")
    return state


def redriven(workflows: Workflows, ended: dict[str, Any]) -> dict[str, Any]:
    workflows.api.redrive_execution(executionArn=ended["executionArn"])
    return workflows.wait(ended["executionArn"])


@pytest.fixture
def counted(functions: ScriptedFunctions, request: pytest.FixtureRequest) -> tuple[str, Work]:
    work = Work(broken="")
    return functions.add(f"redriven-{abs(hash(request.node.nodeid))}", work), work


def test_a_redrive_repeats_the_failed_state_only(workflows: Workflows, counted: tuple[str, Work]) -> None:
    function, work = counted
    definition = states(
        {
            "Before": {
                "Type": "Pass",
                "Assign": {"kept": "{% $random() %}"},
                "Output": {"a": 1},
                "Next": "Work",
            },
            "Work": lambda_task(
                function, Assign={"redrives": "{% $states.context.Execution.RedriveCount %}"}, Next="After"
            ),
            "After": {
                "Type": "Pass",
                "Output": {
                    "kept": "{% $kept %}",
                    "redrives": "{% $redrives %}",
                    "input": "{% $states.input %}",
                },
                "End": True,
            },
        }
    )
    failed = workflows.run(definition)
    assert (failed["status"], failed["redriveStatus"]) == ("FAILED", "REDRIVABLE")
    work.broken = None

    ended = redriven(workflows, failed)

    assert (ended["status"], ended["redriveCount"], work.calls[""]) == ("SUCCEEDED", 1, 2)
    assert ended["startDate"] == failed["startDate"] and ended["redriveDate"] > failed["stopDate"]
    assert "error" not in ended and "cause" not in ended
    events = workflows.events(failed["executionArn"])
    kept = json.loads(
        next(e for e in events if e["id"] == 3)["stateExitedEventDetails"]["assignedVariables"]["kept"]
    )
    assert json.loads(ended["output"]) == {"kept": kept, "redrives": 1, "input": {"did": ""}}


def test_the_history_goes_on_from_the_entry_of_the_failed_state(
    workflows: Workflows, counted: tuple[str, Work]
) -> None:
    function, work = counted
    failed = workflows.run(states({"Work": lambda_task(function)}))
    before = workflows.events(failed["executionArn"])
    work.broken = None

    redriven(workflows, failed)

    events = workflows.events(failed["executionArn"])
    assert events[: len(before)] == before
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
    after = events[len(before) :]
    assert after[0]["type"] == "ExecutionRedriven"
    assert after[0]["executionRedrivenEventDetails"] == {"redriveCount": 1}
    [entered] = [event["id"] for event in events if event["type"] == "TaskStateEntered"]
    assert (after[1]["type"], after[1]["previousEventId"]) == ("TaskScheduled", entered)
    assert [event["type"] for event in after[-2:]] == ["TaskStateExited", "ExecutionSucceeded"]


def test_iterations_that_succeeded_are_not_repeated(workflows: Workflows, counted: tuple[str, Work]) -> None:
    function, work = counted
    iteration = states(
        {
            "First": lambda_task(
                function,
                "{% 'first ' & $states.input %}",
                Assign={"mine": "{% $states.input %}"},
                Next="Second",
            ),
            "Second": lambda_task(function, "{% $mine %}"),
        }
    )
    definition = states(
        {
            "Each": {
                "Type": "Map",
                "MaxConcurrency": 1,
                "Items": ["a", "b", "c"],
                "ItemProcessor": iteration,
                "End": True,
            }
        }
    )
    work.broken = "b"
    failed = workflows.run(definition)
    work.broken = None

    ended = redriven(workflows, failed)

    assert json.loads(ended["output"]) == [{"did": "a"}, {"did": "b"}, {"did": "c"}]
    assert work.calls == {"first a": 1, "a": 1, "first b": 1, "b": 2, "first c": 1, "c": 1}


def test_branches_that_succeeded_are_not_repeated(workflows: Workflows, counted: tuple[str, Work]) -> None:
    function, work = counted
    slow = {"Wait": {"Type": "Wait", "Seconds": 1, "Next": "Slow"}, "Slow": lambda_task(function, "slow")}
    branches = [states({"Fast": lambda_task(function, "fast")}), states(slow)]
    definition = states({"Both": {"Type": "Parallel", "Branches": branches, "End": True}})
    work.broken = "slow"
    failed = workflows.run(definition)
    work.broken = None

    ended = redriven(workflows, failed)

    assert json.loads(ended["output"]) == [{"did": "fast"}, {"did": "slow"}]
    assert work.calls == {"fast": 1, "slow": 2}


def test_a_retry_of_a_redriven_map_begins_anew(workflows: Workflows, counted: tuple[str, Work]) -> None:
    function, work = counted
    definition = states(
        {
            "Each": {
                "Type": "Map",
                "MaxConcurrency": 1,
                "Items": ["a", "b"],
                "ItemProcessor": states({"Only": lambda_task(function, "{% $states.input %}")}),
                "Retry": [
                    {"ErrorEquals": ["Broken"], "IntervalSeconds": 1, "MaxAttempts": 1, "MaxDelaySeconds": 1}
                ],
                "End": True,
            }
        }
    )
    work.broken = "b"
    failed = workflows.run(definition)
    assert work.calls == {"a": 2, "b": 2}

    assert redriven(workflows, failed)["status"] == "FAILED"

    # The redrive has its own retry, which repeats the Map as a whole.
    assert work.calls == {"a": 3, "b": 4}


def test_a_stopped_execution_goes_on(workflows: Workflows, counted: tuple[str, Work]) -> None:
    function, work = counted
    work.broken = None
    definition = states(
        {"Wait": {"Type": "Wait", "Seconds": 2, "Next": "Work"}, "Work": lambda_task(function)}
    )
    execution = workflows.start(definition)
    workflows.api.stop_execution(executionArn=execution, error="Person", cause="had second thoughts")
    aborted = workflows.wait(execution)
    assert (aborted["status"], aborted["redriveStatus"]) == ("ABORTED", "REDRIVABLE")

    assert redriven(workflows, aborted)["status"] == "SUCCEEDED"


def test_an_execution_that_timed_out_has_all_its_time_again(
    workflows: Workflows, counted: tuple[str, Work]
) -> None:
    function, work = counted
    work.broken = None
    wait = {"Type": "Wait", "Timestamp": "{% $states.input.until %}", "Next": "Work"}
    definition = states({"Wait": wait, "Work": lambda_task(function)}, TimeoutSeconds=1)
    until = workflows.value("$fromMillis($millis() + 1500)")
    timed_out = workflows.run(definition, {"until": until})
    assert timed_out["status"] == "TIMED_OUT"

    assert redriven(workflows, timed_out)["status"] == "SUCCEEDED"


def test_one_request_that_arrives_twice_redrives_once(
    workflows: Workflows, counted: tuple[str, Work]
) -> None:
    function, work = counted
    failed = workflows.run(states({"Work": lambda_task(function)}))
    request = {"executionArn": failed["executionArn"], "clientToken": "one"}

    first = workflows.api.redrive_execution(**request)
    workflows.wait(failed["executionArn"])
    second = workflows.api.redrive_execution(**request)

    assert first["redriveDate"] == second["redriveDate"]
    assert work.calls[""] == 2


def test_what_succeeded_or_runs_cannot_be_redriven(workflows: Workflows) -> None:
    succeeded = workflows.run(states({"Only": {"Type": "Pass", "End": True}}))
    running = workflows.start(states({"Only": {"Type": "Wait", "Seconds": 60, "End": True}}))

    assert _refusal(workflows, succeeded["executionArn"]) == "Execution is SUCCEEDED and cannot be redriven"
    assert _refusal(workflows, running) == "Execution is RUNNING and cannot be redriven"

    workflows.api.stop_execution(executionArn=running)
    workflows.wait(running)


def test_an_express_execution_cannot_be_redriven(workflows: Workflows) -> None:
    created = workflows.api.create_state_machine(
        name="redriven-express",
        definition=json.dumps(states({"Only": {"Type": "Fail"}})),
        roleArn=workflows.role,
        type="EXPRESS",
    )
    started = workflows.api.start_execution(stateMachineArn=created["stateMachineArn"])
    failed = workflows.wait(started["executionArn"])

    assert _refusal(workflows, failed["executionArn"]).startswith("Execution of an EXPRESS state machine")


def test_an_execution_that_does_not_exist_cannot_be_redriven(workflows: Workflows) -> None:
    failed = workflows.run(states({"Only": {"Type": "Fail"}}))
    with pytest.raises(workflows.api.exceptions.ExecutionDoesNotExist):
        workflows.api.redrive_execution(executionArn=f"{failed['executionArn']}-not")


def test_a_history_of_24999_events_and_14_days_are_the_end(
    workflows: Workflows, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = workflows.run(states({"Only": {"Type": "Fail", "Error": "No"}}))
    execution = stepfunctions_parser_backends[ACCOUNT_ID][REGION].describe_execution(failed["executionArn"])
    end = execution.stop_date

    assert rules.obstacle(execution, end + timedelta(days=13, hours=23)) is None
    assert (
        rules.obstacle(execution, end + timedelta(days=14, hours=1)) == "Execution redrivable period exceeded"
    )
    assert (
        rules.obstacle(execution, end + timedelta(days=366))
        == "Execution has exceeded the max execution time"
    )
    monkeypatch.setattr(rules, "MAX_EVENTS", len(workflows.events(failed["executionArn"])))
    assert _refusal(workflows, failed["executionArn"]) == "Execution history event limit exceeded"


def test_a_fail_state_fails_again(workflows: Workflows) -> None:
    failed = workflows.run(states({"Only": {"Type": "Fail", "Error": "No", "Cause": "Never"}}))

    again = redriven(workflows, failed)

    assert (again["status"], again["error"], again["redriveCount"]) == ("FAILED", "No", 1)


def _refusal(workflows: Workflows, execution: str) -> str:
    described = workflows.api.describe_execution(executionArn=execution)
    assert described["redriveStatus"] == "NOT_REDRIVABLE"
    with pytest.raises(ClientError) as refused:
        workflows.api.redrive_execution(executionArn=execution)
    assert refused.value.response["Error"]["Code"] == "ExecutionNotRedrivable"
    reason = str(described["redriveStatusReason"])
    assert reason in refused.value.response["Error"]["Message"]
    return reason
