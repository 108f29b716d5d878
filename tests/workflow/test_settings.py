"""Settings beside the data hold from the plan to the verdict, whatever a function's environment says."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflow.conftest import Workflow
from tests.workflow.simulation.scripted import ScriptedAws

UPLOAD = {"trigger": {"key": "Inputs/bakeoff.yaml", "version_id": "version-1"}}
SETTINGS = b"""\
algorithms: [alpha, beta]
metric: mae
confidence: 0.9
equivalence_margin: 0.03
preference: lowest-latency
max_scored_rows: 2
latency_calls: 4
"""


def _documents(aws: ScriptedAws, run_id: str) -> tuple[Any, Any]:
    plan, comparison = (aws.store.read_json(f"runs/{run_id}/{name}.json") for name in ("plan", "comparison"))
    return plan, comparison


def test_what_the_file_says_is_what_is_scored_and_judged(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.store.put("Inputs/bakeoff.yaml", SETTINGS)

    described = workflow.run(UPLOAD)

    assert described["status"] == "SUCCEEDED", described.get("cause")
    plan, comparison = _documents(aws, described["name"])
    assert plan["settings_file"]["version_id"] == "version-1"
    assert plan["settings"]["metric"] == {"value": "mae", "source": "Inputs/bakeoff.yaml"}
    assert {item["name"]: item["scored_rows"] for item in comparison["candidates"]} == {"alpha": 2, "beta": 2}
    verdict = comparison["verdict"]
    assert (comparison["metric"], verdict["confidence"], verdict["equivalence_margin"]) == ("mae", 0.9, 0.03)
    assert verdict["preference"] == "lowest-latency"


def test_a_run_of_its_own_goes_before_the_file(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.store.put("Inputs/bakeoff.yaml", SETTINGS)

    described = workflow.run({"metric": "r2", "algorithms": ["gamma"]})

    plan, comparison = _documents(aws, described["name"])
    assert plan["settings"]["metric"] == {"value": "r2", "source": "the execution's input"}
    assert (comparison["metric"], comparison["verdict"]["confidence"]) == ("r2", 0.9)
    assert [item["name"] for item in comparison["candidates"]] == ["gamma"]


def test_the_lowest_cost_is_planned_measured_and_told(workflow: Workflow, aws: ScriptedAws) -> None:
    described = workflow.run({"preference": "lowest-cost", "algorithms": ["alpha", "beta"]})

    plan, comparison = _documents(aws, described["name"])
    price = plan["cost"]["serving"]["ml.m5.large"]
    assert comparison["verdict"]["preference"] == "lowest-cost"
    for each in comparison["candidates"]:
        measured, cost = each["throughput"], each["cost_per_million"]
        of_a_row = sum(measured["seconds"]) / len(measured["seconds"]) / measured["rows"]
        expected = float(price["amount"]) * 1_000_000 * of_a_row / 3600
        assert float(cost["amount"]) == pytest.approx(expected, abs=1e-6)
        assert float(cost["low"]) <= float(cost["amount"]) <= float(cost["high"])
        assert cost["price"] == price


def test_a_folder_with_settings_is_compared_by_itself(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.store.put("Inputs/bakeoff.yaml", SETTINGS)
    aws.store.put("Inputs/cars/bakeoff.yaml", b"target: 2\nalgorithms: [beta]\n")
    aws.store.put("Inputs/cars/a.csv", b"1,2,3\n2,3,5\n")

    described = workflow.run({"trigger": {"key": "Inputs/cars/a.csv", "version_id": "version-1"}})

    assert described["status"] == "SUCCEEDED", described.get("cause")
    plan, comparison = _documents(aws, described["name"])
    assert [item["key"] for item in plan["inputs"]] == ["Inputs/cars/a.csv"]
    assert plan["target"] == {"name": None, "position": 2, "source": "Inputs/cars/bakeoff.yaml"}
    assert (comparison["metric"], len(comparison["candidates"])) == ("rmse", 1)


def test_settings_that_cannot_hold_end_the_run_before_anything_starts(
    workflow: Workflow, aws: ScriptedAws
) -> None:
    aws.store.put("Inputs/bakeoff.yaml", b"confidence: 95\n")

    described = workflow.run(UPLOAD)

    assert (described["status"], described["error"]) == ("FAILED", "InvalidSettings")
    assert described["cause"] == (
        "Inputs/bakeoff.yaml, line 1, column 13: confidence must be a number from 0.5 to 0.999, not 95."
    )
    assert aws.names("create_processing_job") == []
