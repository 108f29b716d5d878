"""Variables: one snapshot a state."""

from __future__ import annotations

from .conftest import Workflows, states, task


def test_assign_and_output_see_the_values_at_state_entry(workflows: Workflows) -> None:
    definition = states(
        {
            "First": {"Type": "Pass", "Assign": {"a": 1, "b": 2}, "Next": "Swap"},
            "Swap": {
                "Type": "Pass",
                "Assign": {"a": "{% $b %}", "b": "{% $a %}"},
                "Output": {"before": "{% [$a, $b] %}"},
                "Next": "Look",
            },
            "Look": {
                "Type": "Pass",
                "Output": {"before": "{% $states.input.before %}", "after": "{% [$a, $b] %}"},
                "End": True,
            },
        }
    )

    assert workflows.output(definition) == {"before": [1, 2], "after": [2, 1]}


def test_a_task_and_its_catch_see_the_values_at_state_entry(workflows: Workflows) -> None:
    catch = {
        "ErrorEquals": ["States.ALL"],
        "Assign": {"count": "{% $count + 10 %}"},
        "Output": "{% $count %}",
        "Next": "Look",
    }
    definition = states(
        {
            "Start": {"Type": "Pass", "Assign": {"count": 1}, "Next": "Fails"},
            "Fails": task(
                "aws-sdk:sagemaker:describeEndpoint",
                {"EndpointName": "none"},
                Assign={"count": 99},
                Catch=[catch],
            ),
            "Look": {"Type": "Pass", "Output": "{% [$states.input, $count] %}", "End": True},
        }
    )

    assert workflows.output(definition) == [1, 11]


def test_iterations_inherit_variables_and_keep_their_own(workflows: Workflows) -> None:
    inner = states(
        {
            "Own": {"Type": "Pass", "Assign": {"mine": "{% $base + $states.input %}"}, "Next": "Give"},
            "Give": {"Type": "Pass", "Output": "{% $mine %}", "End": True},
        }
    )
    definition = states(
        {
            "Base": {"Type": "Pass", "Assign": {"base": 10}, "Next": "Each"},
            "Each": {
                "Type": "Map",
                "Items": "{% [1..4] %}",
                "ItemProcessor": inner,
                "Assign": {"base": 0, "sums": "{% $states.result %}"},
                "Output": "{% $base %}",
                "Next": "Look",
            },
            "Look": {
                "Type": "Pass",
                "Output": {"before": "{% $states.input %}", "base": "{% $base %}", "sums": "{% $sums %}"},
                "End": True,
            },
        }
    )

    assert workflows.output(definition) == {"before": 10, "base": 0, "sums": [11, 12, 13, 14]}
