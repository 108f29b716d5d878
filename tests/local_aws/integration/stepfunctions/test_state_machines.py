"""Creating and deleting state machines."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from .conftest import Workflows, states

DONE = {"QueryLanguage": "JSONata", **states({"Done": {"Type": "Succeed"}})}
WAIT = states({"Wait": {"Type": "Wait", "Seconds": 30, "End": True}})


def test_creating_the_same_machine_again_gives_the_first(workflows: Workflows) -> None:
    given = {"name": "twice", "definition": json.dumps(DONE), "roleArn": workflows.role}

    first, second = workflows.api.create_state_machine(**given), workflows.api.create_state_machine(**given)

    assert first["stateMachineArn"] == second["stateMachineArn"]
    assert first["creationDate"] == second["creationDate"]


def test_another_definition_under_a_taken_name_is_refused(workflows: Workflows) -> None:
    given = {"name": "taken", "definition": json.dumps(DONE), "roleArn": workflows.role}
    workflows.api.create_state_machine(**given)

    with pytest.raises(ClientError) as refused:
        workflows.api.create_state_machine(**{**given, "definition": json.dumps({**DONE, "Comment": "new"})})

    assert refused.value.response["Error"]["Code"] == "StateMachineAlreadyExists"


def test_deleting_a_machine_stops_its_executions(workflows: Workflows) -> None:
    execution = workflows.start(WAIT)
    machine = workflows.api.describe_execution(executionArn=execution)["stateMachineArn"]
    backend = stepfunctions_parser_backends["123456789012"]["us-east-1"]
    running = backend.describe_execution(execution)

    workflows.api.delete_state_machine(stateMachineArn=machine)

    assert running.status == "ABORTED"
    with pytest.raises(ClientError):
        workflows.api.describe_state_machine(stateMachineArn=machine)


@pytest.mark.parametrize(
    ("definition", "problem"),
    [
        (states({"A": {"Type": "Pass", "Next": "B"}}), "Missing 'Next' target: B at /States/A"),
        (states({"A": {"Type": "Succeed"}, "B": {"Type": "Succeed"}}), 'State "B" is not reachable'),
        ({"StartAt": "X", "States": {"A": {"Type": "Succeed"}}}, "Missing 'StartAt' target: X"),
        ({"StartAt": "A", "States": {"A": {"Type": "Nonsense"}}}, "Invalid State Machine Definition"),
    ],
)
def test_a_definition_that_leads_nowhere_is_refused(
    workflows: Workflows, definition: Any, problem: str
) -> None:
    with pytest.raises(ClientError) as refused:
        workflows.create(definition)

    assert refused.value.response["Error"]["Code"] == "InvalidDefinition"
    assert problem in str(refused.value)
