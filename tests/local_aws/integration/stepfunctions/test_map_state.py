"""Inline Map."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.patience import PATIENCE_SECONDS

from .conftest import ScriptedFunctions, Workflows, states, task


@pytest.mark.parametrize(("limit", "items", "most"), [(0, 50, 40), (3, 9, 3), (45, 50, 40)])
def test_as_many_iterations_run_as_aws_allows(
    workflows: Workflows, functions: ScriptedFunctions, limit: int, items: int, most: int
) -> None:
    # Given functions that end only once `most` of them run together (or in vain)
    running, peak, lock, full = 0, 0, threading.Lock(), threading.Event()

    def work(_: Any) -> None:
        nonlocal running, peak
        with lock:
            running += 1
            peak = max(peak, running)
            if running >= most:
                full.set()
        full.wait(PATIENCE_SECONDS)
        with lock:
            running -= 1

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
    assert peak == most


def test_a_map_over_nothing_gives_nothing(workflows: Workflows) -> None:
    inner = states({"Never": {"Type": "Succeed"}})

    assert (
        workflows.output(states({"Each": {"Type": "Map", "Items": [], "ItemProcessor": inner, "End": True}}))
        == []
    )
