"""What must be true of every run, however it ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bakeoff.domain.cost.accounting import within
from bakeoff.domain.cost.receipt import recomputed
from bakeoff.domain.cost.spending import is_before_a_plan
from bakeoff_cli.stack.causes import readable
from tests.workflow.simulation.scripted import ScriptedAws
from tests.workflow.simulation.sweeping import sweep

_NUMBERED = len("-001-1a2b3c4d")
_VARYING = ("latency_ms", "rows_per_second", "cost_per_million")


def comparison_of(aws: ScriptedAws, run_id: str) -> dict[str, Any]:
    """comparison.json's candidates by name, without what differs from run to run."""
    comparison = aws.store.read_json(f"runs/{run_id}/comparison.json")
    return {item["name"]: _steady(item) for item in comparison["candidates"]}


def result_of(aws: ScriptedAws, run_id: str, candidate: str) -> dict[str, Any] | None:
    try:
        return dict(aws.store.read_json(f"runs/{run_id}/results/{candidate}.json"))
    except FileNotFoundError:
        return None


def leaks(aws: ScriptedAws) -> set[str]:
    """What goes on costing money: jobs that run, and what is deployed."""
    return {*aws.sagemaker.running, *(f"{kind} {name}" for kind, name in aws.live)}


def assert_nothing_is_left(aws: ScriptedAws, described: Mapping[str, Any]) -> None:
    """Nothing may be left once the janitor, which hears of every run that did not succeed, has been."""
    if described["status"] != "SUCCEEDED":
        aws.faults.clear()
        sweep(aws, described["name"], described["status"])
    assert leaks(aws) == set()


def assert_receipt(aws: ScriptedAws, described: Mapping[str, Any]) -> None:
    """Every run has one in the end that follows from itself; but where its data are in another run, that is
    the run that anybody asks about.
    """
    if described["status"] == "SUCCEEDED" and "superseded_by" in json.loads(described["output"]):
        return
    receipt = aws.store.read_json(f"runs/{described['name']}/receipt.json")
    assert recomputed(receipt) == receipt
    assert receipt["lines"] and Decimal(receipt["total_low"]) > 0
    assert within(receipt) is not False
    if not receipt.get("planned", True):
        assert all(map(is_before_a_plan, receipt["lines"]))


def assert_candidates(
    aws: ScriptedAws, run_id: str, expected: Mapping[str, Mapping[str, Any]], failed: tuple[str, ...]
) -> None:
    """Those that met no fault have the results of a healthy run; the others say what happened to them."""
    found = comparison_of(aws, run_id)
    assert found.keys() == expected.keys()
    for name, item in found.items():
        if name in failed:
            assert (item["status"], item["metrics"]) == ("failed", None), item
            assert_readable(item["error"])
        else:
            assert item == expected[name]
            assert (result_of(aws, run_id, name) or {}).get("status") == "completed"


def assert_results_are(aws: ScriptedAws, run_id: str, expected: Mapping[str, Mapping[str, Any]]) -> None:
    """The results of candidates that were done, whatever became of the run."""
    for name in expected:
        result = result_of(aws, run_id, name)
        if result and result["status"] == "completed":
            assert {key: expected[name][key] for key in _steady(result)} == _steady(result)


def assert_readable(text: str | None) -> None:
    """A sentence for a person: no traceback, no raw JSON."""
    assert text and len(text) > 10, text
    assert "Traceback" not in text and not text.startswith("{"), text


def cause_of(described: Mapping[str, Any]) -> str:
    """The cause of a failed run, as `bakeoff watch` tells it."""
    sentence = readable(described.get("error"), described.get("cause"), described["status"])
    assert_readable(sentence)
    return sentence


def _steady(item: Mapping[str, Any]) -> dict[str, Any]:
    steady = {key: value for key, value in item.items() if key not in _VARYING}
    if "tuning" in item:
        # Names of training jobs are the run's, the attempt's and the retry's.
        trials = [{**each, "name": each["name"][-_NUMBERED:]} for each in item["tuning"]["trials"]]
        steady["tuning"] = {**item["tuning"], "trials": trials, "best": item["tuning"]["best"][-_NUMBERED:]}
    return steady
