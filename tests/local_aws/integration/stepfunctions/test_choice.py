"""Choice states."""

from __future__ import annotations

from typing import Any

from .conftest import Workflows, states


def choosing(**fields: Any) -> dict[str, Any]:
    rule = {
        "Condition": "{% $states.input.n > 5 %}",
        "Assign": {"by": "rule"},
        "Output": {"by": "rule"},
        "Next": "Look",
    }
    look = {"Type": "Pass", "Output": {"input": "{% $states.input %}", "by": "{% $by %}"}, "End": True}
    return states({"Choose": {"Type": "Choice", "Choices": [rule], **fields}, "Look": look})


def test_a_matching_rule_excludes_what_belongs_to_the_default(workflows: Workflows) -> None:
    # Given a rule and a default that lead to the same state
    definition = choosing(Default="Look", Assign={"by": "default"}, Output={"by": "default"})

    assert workflows.output(definition, {"n": 6}) == {"input": {"by": "rule"}, "by": "rule"}
    assert workflows.output(definition, {"n": 5}) == {"input": {"by": "default"}, "by": "default"}


def test_no_matching_rule_and_no_default_has_its_own_error(workflows: Workflows) -> None:
    ended = workflows.run(choosing(), {"n": 1})

    assert (ended["status"], ended["error"]) == ("FAILED", "States.NoChoiceMatched")


def test_a_condition_has_to_be_a_boolean(workflows: Workflows) -> None:
    rule = {"Condition": "{% 'yes' %}", "Next": "Done"}
    definition = states({"Choose": {"Type": "Choice", "Choices": [rule]}, "Done": {"Type": "Succeed"}})

    assert workflows.run(definition)["error"] == "States.QueryEvaluationError"
