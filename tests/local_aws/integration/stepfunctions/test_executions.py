"""Starting, naming, describing and stopping executions."""

from __future__ import annotations

import json
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Workflows, states

WAITING = states({"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}})
DONE = states({"Keep": {"Type": "Pass", "End": True}})


def code(refused: pytest.ExceptionInfo[ClientError]) -> str:
    return refused.value.response["Error"]["Code"]


def test_an_execution_without_a_name_gets_a_uuid(workflows: Workflows) -> None:
    ended = workflows.run(DONE)

    assert str(uuid.UUID(ended["name"])) == ended["name"]
    assert ended["executionArn"].endswith(f":{ended['name']}")


def test_the_same_name_and_input_while_running_is_the_same_execution(workflows: Workflows) -> None:
    machine = workflows.create(WAITING)
    first = workflows.api.start_execution(stateMachineArn=machine, name="once", input='{"a":1}')

    second = workflows.api.start_execution(stateMachineArn=machine, name="once", input='{"a":1}')
    with pytest.raises(ClientError) as refused:
        workflows.api.start_execution(stateMachineArn=machine, name="once", input='{"a":2}')

    assert (second["executionArn"], second["startDate"]) == (first["executionArn"], first["startDate"])
    assert code(refused) == "ExecutionAlreadyExists"
    workflows.api.stop_execution(executionArn=first["executionArn"])


def test_a_name_is_used_up_when_its_execution_ended(workflows: Workflows) -> None:
    machine = workflows.create(DONE)
    workflows.wait(
        workflows.api.start_execution(stateMachineArn=machine, name="used", input="{}")["executionArn"]
    )

    with pytest.raises(ClientError) as refused:
        workflows.api.start_execution(stateMachineArn=machine, name="used", input="{}")

    assert code(refused) == "ExecutionAlreadyExists"


def test_concurrent_starts_of_one_name_start_once(workflows: Workflows) -> None:
    machine = workflows.create(WAITING)

    def start(_: int) -> Any:
        return workflows.api.start_execution(stateMachineArn=machine, name="race", input="{}")["startDate"]

    with ThreadPoolExecutor(8) as pool:
        started = set(pool.map(start, range(8)))

    listed = workflows.api.list_executions(stateMachineArn=machine)["executions"]
    assert len(started) == len(listed) == 1
    workflows.api.stop_execution(executionArn=listed[0]["executionArn"])


@pytest.mark.parametrize("name", ["with space", "a" * 81, "semi;colon"])
def test_a_bad_name_is_refused(workflows: Workflows, name: str) -> None:
    machine = workflows.create(DONE)

    with pytest.raises(ClientError):
        workflows.api.start_execution(stateMachineArn=machine, name=name)


@pytest.mark.parametrize("value", ["text", None, 5, [1, None], {"é": 1.5}])
def test_the_output_is_json_whatever_it_is(workflows: Workflows, value: Any) -> None:
    assert json.loads(workflows.run(DONE, value)["output"] if value is not None else "null") == value


def test_a_stop_is_never_too_early(workflows: Workflows) -> None:
    for _ in range(5):
        execution = workflows.start(WAITING)
        stopped = workflows.api.stop_execution(executionArn=execution, error="Early", cause="at once")
        ended = workflows.wait(execution)

        assert (ended["status"], ended["error"], ended["cause"]) == ("ABORTED", "Early", "at once")
        assert ended["stopDate"] == stopped["stopDate"]
        assert workflows.events(execution)[-1]["type"] == "ExecutionAborted"


def test_stopping_what_has_ended_changes_nothing(workflows: Workflows) -> None:
    ended = workflows.run(DONE)

    answer = workflows.api.stop_execution(executionArn=ended["executionArn"], error="Late")

    again = workflows.api.describe_execution(executionArn=ended["executionArn"])
    assert answer["stopDate"] == again["stopDate"] == ended["stopDate"]
    assert (again["status"], "error" in again) == ("SUCCEEDED", False)


def test_an_execution_that_timed_out_has_a_stop_date_everywhere(workflows: Workflows) -> None:
    ended = workflows.run(states({"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}}, TimeoutSeconds=1))

    listed = workflows.api.list_executions(stateMachineArn=ended["stateMachineArn"], statusFilter="TIMED_OUT")
    assert ended["stopDate"] == listed["executions"][0]["stopDate"]
    assert (ended["redriveCount"], ended["inputDetails"]) == (0, {"included": True})


def test_history_comes_in_pages_and_in_both_orders(workflows: Workflows) -> None:
    execution = workflows.run(DONE)["executionArn"]
    history = workflows.api.get_execution_history

    first = history(executionArn=execution, maxResults=3)
    rest = history(executionArn=execution, maxResults=3, nextToken=first["nextToken"])
    last = history(executionArn=execution, maxResults=1, reverseOrder=True)

    assert [event["id"] for event in first["events"] + rest["events"]] == [1, 2, 3, 4]
    assert "nextToken" not in rest
    assert last["events"][0]["type"] == "ExecutionSucceeded"
    with pytest.raises(ClientError, match="Invalid Token"):
        history(executionArn=execution, nextToken="not-a-token")


def test_the_cause_names_the_state(workflows: Workflows) -> None:
    ended = workflows.run(states({"Broken state": {"Type": "Pass", "Output": "{% $nope %}", "End": True}}))

    assert re.match(
        r"An error occurred while executing the state 'Broken state' \(entered at the event id #2\)",
        ended["cause"],
    )
