"""ValidateStateMachineDefinition says what CreateStateMachine would."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Workflows, states

WRONG: dict[str, tuple[Any, str, str | None]] = {
    "no JSON": ("{", "INVALID_JSON_DESCRIPTION", None),
    "no states": ({"StartAt": "A", "States": {}}, "SCHEMA_VALIDATION_FAILED", None),
    "unknown field": (
        states({"A": {"Type": "Pass", "End": True, "Foo": 1}}),
        "SCHEMA_VALIDATION_FAILED",
        None,
    ),
    "leads to nowhere": (
        states({"A": {"Type": "Pass", "Next": "B"}}),
        "MISSING_TRANSITION_TARGET",
        "/States/A",
    ),
    "expression": (
        states({"A": {"Type": "Pass", "Output": "{% $foo( %}", "End": True}}, QueryLanguage="JSONata"),
        "SCHEMA_VALIDATION_FAILED",
        None,
    ),
}
RIGHT = states({"A": {"Type": "Pass", "Output": "{% 1 + 1 %}", "End": True}}, QueryLanguage="JSONata")
HINTS = {
    "NO_DOLLAR": {"Type": "Pass", "Parameters": {"a": {"b": "$.b"}}, "End": True},
    "PASS_RESULT_IS_STATIC": {"Type": "Pass", "Result": "$.b", "End": True},
}


def test_a_definition_without_faults_is_fine(workflows: Workflows) -> None:
    answer = workflows.api.validate_state_machine_definition(definition=json.dumps(RIGHT), severity="WARNING")
    assert (answer["result"], answer["diagnostics"], answer["truncated"]) == ("OK", [], False)


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_created_fails_in_the_same_words(workflows: Workflows, case: str) -> None:
    given, code, location = WRONG[case]
    text = given if isinstance(given, str) else json.dumps(given)

    answer = workflows.api.validate_state_machine_definition(definition=text)

    assert answer["result"] == "FAIL"
    [diagnostic] = answer["diagnostics"]
    assert (diagnostic["severity"], diagnostic["code"], diagnostic.get("location")) == (
        "ERROR",
        code,
        location,
    )
    with pytest.raises(workflows.api.exceptions.InvalidDefinition, match=code) as refused:
        workflows.api.create_state_machine(name="wrong", definition=text, roleArn=workflows.role)
    assert diagnostic["message"] in refused.value.response["Error"]["Message"]


@pytest.mark.parametrize("code", HINTS)
def test_warnings_are_told_on_demand_and_prevent_nothing(workflows: Workflows, code: str) -> None:
    text = json.dumps(states({"A": HINTS[code]}))

    quiet = workflows.api.validate_state_machine_definition(definition=text)
    told = workflows.api.validate_state_machine_definition(definition=text, severity="WARNING")

    assert (quiet["result"], quiet["diagnostics"]) == ("OK", [])
    assert told["result"] == "OK"
    assert [(each["severity"], each["code"]) for each in told["diagnostics"]] == [("WARNING", code)]


def test_a_refused_definition_does_not_lend_its_language_to_the_next(workflows: Workflows) -> None:
    wrong, _, _ = WRONG["expression"]
    workflows.api.validate_state_machine_definition(definition=json.dumps(wrong))
    text = json.dumps(states({"A": HINTS["NO_DOLLAR"]}))
    assert workflows.api.validate_state_machine_definition(definition=text)["result"] == "OK"


def test_as_many_are_told_as_were_asked_for(workflows: Workflows) -> None:
    lost = {f"S{number}": {"Type": "Pass", "End": True} for number in range(5)}
    text = json.dumps(states(lost))

    answer = workflows.api.validate_state_machine_definition(definition=text, maxResults=2)

    assert (len(answer["diagnostics"]), answer["truncated"]) == (2, True)
    with pytest.raises(ClientError, match="maxResults"):
        workflows.api.validate_state_machine_definition(definition=text, maxResults=101)
