"""Where the states of a definition lead."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.services.stepfunctions.validation.transitions import problems

END = {"Type": "Succeed"}


def program(**states: Any) -> dict[str, Any]:
    return {"StartAt": next(iter(states)), "States": states}


@pytest.mark.parametrize(
    "definition",
    [
        program(A={"Type": "Choice", "Choices": [{"Next": "B"}], "Default": "C"}, B=END, C=END),
        program(A={"Type": "Task", "Catch": [{"Next": "C"}], "Next": "B"}, B=END, C=END),
        program(A={"Type": "Map", "ItemProcessor": program(B=END), "End": True}),
        program(A={"Type": "Pass", "Next": "B"}, B={"Type": "Pass", "Next": "A"}),
    ],
)
def test_a_sound_definition_has_no_problems(definition: Any) -> None:
    assert problems(definition) == []


@pytest.mark.parametrize(
    ("definition", "problem"),
    [
        ({"StartAt": "X", "States": {}}, "Missing 'StartAt' target: X"),
        (program(A={"Next": "B"}), "Missing 'Next' target: B at /States/A"),
        (program(A={"Choices": [{"Next": "B"}], "Default": "A"}), "Missing 'Next' target: B at /States/A"),
        (program(A={"Catch": [{"Next": "B"}], "End": True}), "Missing 'Next' target: B at /States/A"),
        (program(A=END, B=END), 'State "B" is not reachable at /States'),
        (
            program(A={"ItemProcessor": program(B={"Next": "C"})}),
            "Missing 'Next' target: C at /States/A/ItemProcessor/States/B",
        ),
        (
            program(A={"Branches": [program(B=END), program(C=END, D=END)]}),
            'State "D" is not reachable at /States/A/Branches[1]/States',
        ),
    ],
)
def test_a_broken_transition_is_named(definition: Any, problem: str) -> None:
    assert problems(definition) == [problem]
