"""Inline Map."""

from __future__ import annotations

import pytest

from .conftest import ScriptedFunctions, Together, Workflows, states, task


@pytest.mark.parametrize(("limit", "items", "most"), [(0, 50, 40), (3, 9, 3), (45, 50, 40)])
def test_as_many_iterations_run_as_aws_allows(
    workflows: Workflows, functions: ScriptedFunctions, limit: int, items: int, most: int
) -> None:
    work = Together(most)
    call = task(
        "lambda:invoke", {"FunctionName": functions.add(f"meet-{limit}-{items}", work), "Payload": {}}
    )
    each = {
        "Type": "Map",
        "Items": f"{{% [1..{items}] %}}",
        "MaxConcurrency": limit,
        "ItemProcessor": states({"Call": call}),
        "Output": "{% $count($states.result) %}",
        "End": True,
    }

    assert workflows.output(states({"Each": each})) == items
    assert work.peak == most


def test_a_map_over_nothing_gives_nothing(workflows: Workflows) -> None:
    inner = states({"Never": {"Type": "Succeed"}})

    assert (
        workflows.output(states({"Each": {"Type": "Map", "Items": [], "ItemProcessor": inner, "End": True}}))
        == []
    )
