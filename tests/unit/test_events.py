"""events/: one realistic event a function, for `sam local invoke -e`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bakeoff.domain.run.names import RESOURCE_NAME, resource_name
from tests.template import FUNCTIONS, PROJECT, WORKFLOW, module_of, states_of

FOLDER = PROJECT / "events"
STATES = dict(states_of(WORKFLOW))


def event_of(function: str) -> Any:
    return json.loads((FOLDER / f"{module_of(function).replace('_', '-')}.json").read_text("utf-8"))


def payloads_of(function: str) -> list[dict[str, Any]]:
    """The payloads that the workflow sends to a function."""
    arguments = [state.get("Arguments", {}) for state in STATES.values()]
    invocations = [each for each in arguments if isinstance(each, dict) and "FunctionName" in each]
    return [each["Payload"] for each in invocations if each["FunctionName"] == f"${{{function}Arn}}"]


INVOKED = [name for name in FUNCTIONS if f"${{{name}Arn}}" in json.dumps(WORKFLOW)]


def test_every_function_has_an_event_and_every_event_a_function() -> None:
    expected = {f"{module_of(function).replace('_', '-')}.json" for function in FUNCTIONS}

    assert {path.name for path in FOLDER.iterdir()} == expected


def same_fields(event: Any, payload: Any) -> bool:
    """Whether an event has the fields of a payload; where the workflow computes a value, any will do."""
    if not isinstance(payload, dict):
        return True
    return set(event) == set(payload) and all(same_fields(event[key], payload[key]) for key in payload)


@pytest.mark.parametrize("function", INVOKED)
def test_an_event_has_the_fields_that_the_workflow_sends(function: str) -> None:
    payloads = payloads_of(function)

    assert payloads
    assert all(same_fields(event_of(function), payload) for payload in payloads)


def test_the_nested_fields_are_those_that_the_workflow_assigns() -> None:
    assigned = STATES["Train model"]["Assign"]["training"]
    [catch] = STATES["Train model"]["Catch"]

    assert set(event_of("ScoreCandidateFunction")["training"]) == set(assigned)
    assert set(event_of("RecordFailureFunction")["failure"]) == set(catch["Assign"]["failure"])


def test_the_resource_names_are_of_the_form_that_we_make() -> None:
    form = resource_name("bakeoff-1a2b3c4d", "run", "xgboost")
    for name in (
        event_of("ReleaseResourcesFunction")["resource_name"],
        event_of("ScoreCandidateFunction")["candidate"]["resource_name"],
    ):
        assert RESOURCE_NAME.fullmatch(name)
        assert [len(part) for part in name.split("-")] == [len(part) for part in form.split("-")]
