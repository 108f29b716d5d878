"""Distributed Map: executions of their own, which are described, listed, stopped and redriven."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from local_aws.core.instance import ACCOUNT_ID, REGION, Instance
from local_aws.services.stepfunctions.api import map_run, status_events
from tests.patience import PATIENCE_SECONDS, eventually

from .conftest import TRUST, Failure, ScriptedFunctions, Together, Workflows, make_role, states, task

MODE = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
ONLY_PASS = states({"Only": {"Type": "Pass", "End": True}})


def wide(items: Any, inner: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A workflow of one Distributed Map, after a state that assigns a variable."""
    each = {
        "Type": "Map",
        "Label": "Units",
        "Items": items,
        "ItemProcessor": {**MODE, **inner},
        "End": True,
    }
    first = {"Type": "Pass", "Assign": {"outer": "seen"}, "Next": "Each"}
    return states({"First": first, "Each": {**each, **fields}})


def backend() -> Any:
    return stepfunctions_parser_backends[ACCOUNT_ID][REGION]


def children(workflows: Workflows, arn: str) -> list[dict[str, Any]]:
    [run] = workflows.api.list_map_runs(executionArn=arn)["mapRuns"]
    listed: list[dict[str, Any]] = workflows.api.list_executions(mapRunArn=run["mapRunArn"])["executions"]
    return sorted(listed, key=lambda child: str(child["startDate"]))


def kinds(workflows: Workflows, arn: str) -> list[str]:
    return [event["type"] for event in workflows.events(arn)]


def test_each_item_is_an_execution_with_a_history_of_its_own(workflows: Workflows) -> None:
    inner = states({"Only": {"Type": "Pass", "Output": "{% $states.input * 2 %}", "End": True}})
    arn = workflows.start(wide([1, 2, 3], inner))

    ended = workflows.wait(arn)

    assert json.loads(ended["output"]) == [2, 4, 6]
    assert kinds(workflows, arn)[3:-2] == [
        "MapStateEntered",
        "MapStateStarted",
        "MapRunStarted",
        "MapRunSucceeded",
        "MapStateSucceeded",
    ]
    listed = children(workflows, arn)
    assert {child["status"] for child in listed} == {"SUCCEEDED"}
    described = workflows.api.describe_execution(executionArn=listed[0]["executionArn"])
    assert described["stateMachineArn"] == f"{ended['stateMachineArn']}/Units"
    assert described["executionArn"].split(":")[6].endswith("/Units")
    assert described["mapRunArn"] == listed[0]["mapRunArn"]
    assert kinds(workflows, described["executionArn"]) == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]
    # So a rule on the state machine's executions hears of none of them.
    child = map_run.map_runs(backend())[described["mapRunArn"]].children[0]
    assert status_events.detail_of(child)["stateMachineArn"] == described["stateMachineArn"]
    # Nor does a listing of the state machine's executions hold them.
    mine = workflows.api.list_executions(stateMachineArn=ended["stateMachineArn"])["executions"]
    assert [each["executionArn"] for each in mine] == [arn]


def test_an_item_selector_hands_on_what_a_child_cannot_see(workflows: Workflows) -> None:
    inner = states(
        {
            "Only": {
                "Type": "Pass",
                "Output": {"given": "{% $states.input %}", "sees": "{% $exists($outer) %}"},
                "End": True,
            }
        }
    )
    selector = {"outer": "{% $outer %}", "item": "{% $states.context.Map.Item.Value %}"}

    given = workflows.output(wide(["a"], inner, ItemSelector=selector))

    assert given == [{"given": {"outer": "seen", "item": "a"}, "sees": False}]


def test_a_child_knows_itself_only(workflows: Workflows) -> None:
    inner = states({"Only": {"Type": "Pass", "Output": "{% $states.context.Execution %}", "End": True}})
    arn = workflows.start(wide(["a"], inner))

    [execution] = json.loads(workflows.wait(arn)["output"])

    [child] = children(workflows, arn)
    assert (execution["Id"], execution["Name"], execution["Input"]) == (
        child["executionArn"],
        child["name"],
        "a",
    )
    assert execution["RedriveCount"] == 0


def failing_on(value: str) -> dict[str, Any]:
    check = {
        "Type": "Choice",
        "Choices": [{"Condition": f"{{% $states.input = '{value}' %}}", "Next": "No"}],
        "Default": "Yes",
    }
    return states({"Check": check, "No": {"Type": "Fail", "Error": "Broken"}, "Yes": {"Type": "Succeed"}})


def test_a_failed_item_fails_the_map_unless_it_is_tolerated(workflows: Workflows) -> None:
    strict = workflows.start(wide(["a", "b"], failing_on("a")))
    lenient = workflows.start(wide(["a", "b"], failing_on("a"), ToleratedFailurePercentage=100))

    assert workflows.wait(strict)["error"] == "States.ExceedToleratedFailureThreshold"
    assert json.loads(workflows.wait(lenient)["output"]) == [None, "b"]
    [run] = workflows.api.list_map_runs(executionArn=lenient)["mapRuns"]
    described = workflows.api.describe_map_run(mapRunArn=run["mapRunArn"])
    assert described["status"] == "SUCCEEDED"
    counted = {name: count for name, count in described["executionCounts"].items() if count}
    assert counted == {"failed": 1, "succeeded": 1, "total": 2}


def test_an_uncatchable_error_ends_one_child_only(workflows: Workflows) -> None:
    broken = states({"Only": {"Type": "Wait", "Seconds": "{% $states.input %}", "End": True}})

    given = workflows.run(wide(["x", 0], broken, ToleratedFailurePercentage=100))

    assert given["status"] == "SUCCEEDED", given.get("cause")
    assert json.loads(given["output"]) == [None, 0]


@pytest.mark.parametrize(("limit", "most"), [(0, 50), (3, 3)])
def test_as_many_children_run_as_the_map_says(
    workflows: Workflows, functions: ScriptedFunctions, limit: int, most: int
) -> None:
    work = Together(most)
    call = task("lambda:invoke", {"FunctionName": functions.add(f"wide-{limit}", work), "Payload": {}})
    counted = {"Output": "{% $count($states.result) %}", "MaxConcurrency": limit}

    assert workflows.output(wide("{% [1..50] %}", states({"Call": call}), **counted)) == 50
    assert work.peak == most


def test_the_children_of_a_stopped_execution_stop_and_a_redrive_goes_on_where_they_were(
    workflows: Workflows, functions: ScriptedFunctions
) -> None:
    # Given an execution whose second child is stuck in its second state, and that is stopped then
    stuck, go_on = threading.Event(), threading.Event()
    calls: list[Any] = []

    def work(payload: Any) -> Any:
        calls.append(payload)
        if payload == "b" and not go_on.is_set():
            stuck.set()
            go_on.wait(PATIENCE_SECONDS)
        return payload

    arguments = {"FunctionName": functions.add("stuck", work), "Payload": "{% $states.input %}"}
    call = {**task("lambda:invoke", arguments), "Output": "{% $states.context.Execution.RedriveCount %}"}
    inner = states({"Before": {"Type": "Pass", "Next": "Call"}, "Call": call})
    arn = workflows.start(wide(["a", "b", "c"], inner, MaxConcurrency=1))
    assert stuck.wait(PATIENCE_SECONDS)
    workflows.api.stop_execution(executionArn=arn)
    assert workflows.wait(arn)["status"] == "ABORTED"
    second = children(workflows, arn)[1]["executionArn"]
    stopped = workflows.wait(second)
    assert (stopped["status"], stopped["redriveStatus"]) == ("ABORTED", "REDRIVABLE_BY_MAP_RUN")
    assert len(children(workflows, arn)) == 2

    # When it is redriven, which the child itself cannot be
    with pytest.raises(ClientError, match="ExecutionNotRedrivable"):
        workflows.api.redrive_execution(executionArn=second)
    go_on.set()
    workflows.api.redrive_execution(executionArn=arn)
    redriven = workflows.wait(arn)

    # Then the first child stays as it was, the second repeats its state, and the third begins
    assert redriven["status"] == "SUCCEEDED", redriven.get("cause")
    assert json.loads(redriven["output"]) == [0, 1, 0]
    assert calls == ["a", "b", "b", "c"]
    assert kinds(workflows, second).count("PassStateEntered") == 1
    assert kinds(workflows, arn).count("MapRunRedriven") == 1
    assert len(children(workflows, arn)) == 3


@pytest.mark.parametrize("missing", ["StartExecution", "DescribeExecution", "StopExecution"])
def test_the_role_must_be_allowed_to_start_describe_and_stop(
    workflows: Workflows, instance: Instance, missing: str
) -> None:
    rights = {"Effect": "Allow", "NotAction": f"states:{missing}", "Resource": "*"}
    role = make_role(instance, f"without-{missing}", TRUST, rights)
    machine = workflows.create(wide(["a"], ONLY_PASS), role)

    ended = workflows.wait(workflows.api.start_execution(stateMachineArn=machine)["executionArn"])

    assert (ended["status"], ended["error"]) == ("FAILED", "States.Runtime")
    assert f"states:{missing}" in ended["cause"]


def test_four_hundred_children_of_forty_large_items_fit(workflows: Workflows) -> None:
    """The items are references; ItemSelector looks up what each child needs in the state's input."""
    given = [{"name": f"item-{number}", "settings": "x" * 6000} for number in range(40)]
    selector = {
        "fold": "{% $states.context.Map.Item.Value % 10 %}",
        "item": "{% $states.input[$floor($states.context.Map.Item.Value / 10)] %}",
    }
    inner = states(
        {"Only": {"Type": "Pass", "Output": {"name": "{% $states.input.item.name %}"}, "End": True}}
    )
    definition = wide("{% [0..399] %}", inner, ItemSelector=selector, MaxConcurrency=40)
    definition["States"]["First"]["Output"] = "{% $states.input %}"
    arn = workflows.start(definition, given)

    ended = workflows.wait(arn)

    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    names = [each["name"] for each in json.loads(ended["output"])]
    assert (len(names), names[::10]) == (400, [each["name"] for each in given])
    assert len(kinds(workflows, arn)) == 10


def test_a_redrive_of_a_map_that_tolerates_nothing_repeats_each_failed_child(
    workflows: Workflows, functions: ScriptedFunctions
) -> None:
    mended = threading.Event()

    def work(payload: Any) -> Any:
        if not mended.is_set():
            raise Failure({"errorType": "Broken", "errorMessage": "not yet"})
        return payload

    call = task(
        "lambda:invoke", {"FunctionName": functions.add("mended", work), "Payload": "{% $states.input %}"}
    )
    inner = states({"Call": {**call, "Output": "{% $states.result.Payload %}"}})
    failed = workflows.run(wide(["a", "b", "c"], inner, MaxConcurrency=2))
    assert failed["error"] == "States.ExceedToleratedFailureThreshold"
    mended.set()

    workflows.api.redrive_execution(executionArn=failed["executionArn"])

    redriven = workflows.wait(failed["executionArn"])
    assert json.loads(redriven["output"]) == ["a", "b", "c"]
    [run] = workflows.api.list_map_runs(executionArn=failed["executionArn"])["mapRuns"]
    described = workflows.api.describe_map_run(mapRunArn=run["mapRunArn"])
    assert (described["status"], described["redriveCount"]) == ("SUCCEEDED", 1)


def test_a_redrive_waits_for_a_child_that_has_yet_to_notice_its_end(
    workflows: Workflows, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a stopped execution whose child has not been seen to end, because its thread is slow
    slow = states(
        {
            "Long": {
                "Type": "Wait",
                "Seconds": "{% $states.context.Execution.RedriveCount = 0 ? 600 : 0 %}",
                "Next": "End",
            },
            "End": {"Type": "Succeed"},
        }
    )
    arn = workflows.start(wide(["a"], slow))
    [child] = until(
        lambda: [
            each
            for run in map_run.map_runs(backend()).values()
            if run.parent.exec_arn == arn
            for each in run.children.values()
        ]
    )
    reflect, go_on = BaseExecutionWorkerCommunication._reflect_execution_status, threading.Event()

    def late(communication: Any) -> None:
        if communication.execution is child:
            go_on.wait(PATIENCE_SECONDS)
        reflect(communication)

    monkeypatch.setattr(BaseExecutionWorkerCommunication, "_reflect_execution_status", late)
    workflows.api.stop_execution(executionArn=arn)
    workflows.wait(arn)
    assert child.status == "RUNNING"

    # When it is redriven before that
    workflows.api.redrive_execution(executionArn=arn)
    go_on.set()

    # Then the child is redriven, too
    redriven = workflows.wait(arn)
    assert (redriven["status"], len(child.redrives)) == ("SUCCEEDED", 1), redriven.get("cause")


def until(look: Callable[[], list[Any]]) -> list[Any]:
    return eventually(look, pause=0.02)
