"""JSONata in a running workflow."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Workflows, states


@pytest.mark.parametrize(
    "value", ['a "quoted" {% text %} \\ with é', None, [None, 1], {"a": {"b": [1.5, "x"]}}, True]
)
def test_input_arrives_as_it_is(workflows: Workflows, value: Any) -> None:
    assert workflows.value("$states.input.given", {"given": value}) == value


def test_variables_are_bound_and_not_pasted_into_the_text(workflows: Workflows) -> None:
    # Given a variable whose text would end a pasted string and start another expression
    hostile = '"; $error("pasted"); "'
    definition = states(
        {
            "Remember": {"Type": "Pass", "Assign": {"kept": "{% $states.input.text %}"}, "Next": "Use"},
            "Use": {"Type": "Pass", "Output": "{% $kept & '!' %}", "End": True},
        }
    )

    assert workflows.output(definition, {"text": hostile}) == hostile + "!"


@pytest.mark.parametrize(
    ("expression", "cause"),
    [
        ("$states.input.missing", "returned nothing (undefined)"),
        ("$number('seven')", "threw an error during evaluation"),
        ("$sum", "returned an unsupported result type"),
        ("1/0", "threw an error during evaluation"),
    ],
)
def test_an_expression_without_a_value_fails_the_state(
    workflows: Workflows, expression: str, cause: str
) -> None:
    ended = workflows.run(states({"Bad": {"Type": "Pass", "Output": f"{{% {expression} %}}", "End": True}}))

    assert (ended["status"], ended["error"]) == ("FAILED", "States.QueryEvaluationError")
    assert "executing the state 'Bad'" in ended["cause"]
    assert f"The JSONata expression '{expression}' {cause}" in ended["cause"]


def test_a_task_can_catch_an_expression_that_fails(workflows: Workflows) -> None:
    definition = states(
        {
            "Ask": {
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:sagemaker:listEndpoints",
                "Arguments": {"NameContains": "{% $states.input.missing %}"},
                "Catch": [
                    {
                        "ErrorEquals": ["States.ALL"],
                        "Next": "Caught",
                        "Output": "{% $states.errorOutput.Error %}",
                    }
                ],
                "End": True,
            },
            "Caught": {"Type": "Succeed"},
        }
    )

    assert workflows.output(definition) == "States.QueryEvaluationError"


@pytest.mark.parametrize("expression", ["1 +", "$eval('1')", "$map([1], function($v) { $eval('2') })"])
def test_what_can_never_be_evaluated_is_refused_with_the_definition(
    workflows: Workflows, expression: str
) -> None:
    with pytest.raises(ClientError, match="Invalid State Machine Definition") as refused:
        workflows.create(states({"Bad": {"Type": "Pass", "Output": f"{{% {expression} %}}", "End": True}}))

    assert refused.value.response["Error"]["Code"] == "InvalidDefinition"
