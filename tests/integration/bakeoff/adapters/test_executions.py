from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bakeoff.adapters.executions import Executions
from bakeoff.adapters.workflow import Workflow
from bakeoff.domain.errors import AccessDenied, ServiceError, ServiceUnavailable
from bakeoff.domain.intake.turns import KnownRun
from local_aws.core.instance import Instance
from tests.integration.bakeoff.adapters.conftest import Stubbed
from tests.patience import PATIENCE_SECONDS

SERVICE = "stepfunctions"
ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:bakeoff"
INPUT = {"trigger": {"bucket": "data", "key": "Inputs/größe.csv", "version_id": "v1"}}
TRUST = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}


@pytest.fixture(scope="module")
def machine_of(instance: Instance) -> Callable[[dict[str, Any]], str]:
    """Create a state machine of one state; returns its ARN."""
    policy = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    role = instance.client("iam").create_role(RoleName="adapters-workflow", AssumeRolePolicyDocument=policy)

    def create(state: dict[str, Any]) -> str:
        definition = {"QueryLanguage": "JSONata", "StartAt": "Only", "States": {"Only": state}}
        created = instance.client("stepfunctions").create_state_machine(
            name=f"adapters-{time.time_ns()}",
            definition=json.dumps(definition),
            roleArn=role["Role"]["Arn"],
        )
        return str(created["stateMachineArn"])

    return create


def finished(api: Any, machine: str, name: str) -> dict[str, Any]:
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := api.describe_execution(executionArn=arn))["status"] == "RUNNING":
        assert time.monotonic() < deadline, "the execution does not end"
        time.sleep(0.05)
    return dict(found)


def test_a_run_is_started_under_its_id_with_its_input(
    instance: Instance, machine_of: Callable[[dict[str, Any]], str]
) -> None:
    machine, api = machine_of({"Type": "Succeed"}), instance.client("stepfunctions")

    assert Workflow(machine, api).start("dataset1-0123", INPUT) is True

    assert json.loads(finished(api, machine, "dataset1-0123")["input"]) == INPUT


def test_a_finished_run_is_not_started_again(
    instance: Instance, machine_of: Callable[[dict[str, Any]], str]
) -> None:
    machine, api = machine_of({"Type": "Succeed"}), instance.client("stepfunctions")
    workflow = Workflow(machine, api)
    workflow.start("dataset1-0123", INPUT)
    finished(api, machine, "dataset1-0123")

    assert workflow.start("dataset1-0123", INPUT) is False
    assert len(api.list_executions(stateMachineArn=machine)["executions"]) == 1


def test_a_running_run_is_not_started_again(
    instance: Instance, machine_of: Callable[[dict[str, Any]], str]
) -> None:
    machine = machine_of({"Type": "Wait", "Seconds": 600, "End": True})
    api = instance.client("stepfunctions")
    workflow = Workflow(machine, api)
    workflow.start("dataset1-0123", INPUT)

    workflow.start("dataset1-0123", INPUT)
    assert workflow.start("dataset1-0123", {"trigger": {}}) is False

    [execution] = api.list_executions(stateMachineArn=machine)["executions"]
    api.stop_execution(executionArn=execution["executionArn"])


def described(status: str, given_input: str = "{}") -> dict[str, Any]:
    moment = datetime(2026, 11, 26, tzinfo=UTC)
    named = {"executionArn": f"{ARN}:run-1", "stateMachineArn": ARN}
    return {**named, "status": status, "startDate": moment, "input": given_input}


def test_an_input_that_is_nested_beyond_reading_is_none(stubbed: Stubbed) -> None:
    """Whoever started that run by hand must not stop the runs that look at it."""
    stubbed.stubber.add_response("describe_execution", described("RUNNING", "[" * 50_000 + "]" * 50_000))

    assert Executions(ARN, stubbed.client).known("run-1") == KnownRun(None, has_failed=False)


@pytest.mark.parametrize(
    ("status", "has_failed"),
    [
        ("RUNNING", False),
        ("PENDING_REDRIVE", False),
        ("SUCCEEDED", False),
        ("FAILED", True),
        ("TIMED_OUT", True),
        ("ABORTED", True),
    ],
)
def test_a_run_has_failed_when_it_ended_without_a_result(
    stubbed: Stubbed, status: str, has_failed: bool
) -> None:
    stubbed.stubber.add_response("describe_execution", described(status))

    assert Executions(ARN, stubbed.client).known("run-1") == KnownRun({}, has_failed)


def test_whether_a_run_goes_on_is_asked_without_its_data(stubbed: Stubbed) -> None:
    """So that the janitor needs no key, as whoever reads what a run was given does."""
    arn = ARN.replace(":stateMachine:", ":execution:")
    answer = {key: each for key, each in described("RUNNING").items() if key != "input"}
    asked = {"executionArn": f"{arn}:run-1"}
    stubbed.stubber.add_response("describe_execution", answer, {**asked, "includedData": "METADATA_ONLY"})
    stubbed.stubber.add_response(
        "describe_execution", described("RUNNING"), {**asked, "includedData": "ALL_DATA"}
    )
    executions = Executions(ARN, stubbed.client)

    assert executions.is_running("run-1")
    assert executions.known("run-1") == KnownRun({}, has_failed=False)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("AccessDeniedException", AccessDenied),
        ("ThrottlingException", ServiceUnavailable),
        ("StateMachineDoesNotExist", ServiceError),
    ],
)
def test_what_step_functions_refuses_is_told_with_the_run(
    stubbed: Stubbed, code: str, kind: type[ServiceError]
) -> None:
    stubbed.stubber.add_client_error("start_execution", code, "Not now")

    with pytest.raises(ServiceError) as caught:
        Workflow(ARN, stubbed.client).start("dataset1-0123", INPUT)

    assert type(caught.value) is kind
    assert str(caught.value) == f"Starting run dataset1-0123 failed: Not now ({code})"


def test_what_goes_on_is_listed_with_its_start_and_its_input(
    instance: Instance, machine_of: Callable[[dict[str, Any]], str]
) -> None:
    api = instance.client("stepfunctions")
    waiting, ending = (
        machine_of({"Type": "Wait", "Seconds": 600, "End": True}),
        machine_of({"Type": "Succeed"}),
    )
    Workflow(waiting, api).start("first", INPUT)
    Workflow(waiting, api).start("second", {})
    Workflow(ending, api).start("ended", {})
    finished(api, ending, "ended")
    executions, ended = Executions(waiting, api), Executions(ending, api)

    running = {run.run_id: run.started for run in executions.running()}

    starts = {item["name"]: item["startDate"] for item in listed(api, waiting)}
    assert running == starts and running.keys() == {"first", "second"}
    assert ended.running() == [] and ended.succeeded() == ["ended"]
    assert executions.succeeded() == []
    assert (executions.known("first"), executions.known("none")) == (KnownRun(INPUT, has_failed=False), None)
    assert [executions.is_running("first"), ended.is_running("ended"), executions.is_running("none")] == [
        True,
        False,
        False,
    ]
    for item in listed(api, waiting):
        api.stop_execution(executionArn=item["executionArn"])


def listed(api: Any, machine: str) -> Any:
    return api.list_executions(stateMachineArn=machine)["executions"]


def test_every_page_of_what_goes_on_is_read(stubbed: Stubbed) -> None:
    def page(*names: str) -> list[dict[str, Any]]:
        return [
            {
                "executionArn": f"{ARN}:{name}",
                "stateMachineArn": ARN,
                "name": name,
                "status": "RUNNING",
                "startDate": datetime(2026, 11, 26, tzinfo=UTC),
            }
            for name in names
        ]

    asked = {"stateMachineArn": ARN, "statusFilter": "RUNNING", "maxResults": 1000}
    stubbed.stubber.add_response(
        "list_executions", {"executions": page("a", "b"), "nextToken": "more"}, asked
    )
    stubbed.stubber.add_response("list_executions", {"executions": page("c")}, {**asked, "nextToken": "more"})

    assert [run.run_id for run in Executions(ARN, stubbed.client).running()] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("operation", "call", "doing"),
    [
        ("list_executions", lambda runs: runs.running(), "Listing the runs that go on"),
        ("list_executions", lambda runs: runs.succeeded(), "Listing the runs that ended well"),
        ("describe_execution", lambda runs: runs.known("r"), "Describing run r"),
        ("describe_execution", lambda runs: runs.is_running("r"), "Describing run r"),
    ],
)
def test_a_refused_question_is_told(stubbed: Stubbed, operation: str, call: Any, doing: str) -> None:
    stubbed.stubber.add_client_error(operation, "ThrottlingException", "Rate exceeded")

    with pytest.raises(ServiceUnavailable, match=rf"^{doing} failed: Rate exceeded"):
        call(Executions(ARN, stubbed.client))
