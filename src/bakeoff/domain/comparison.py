"""The comparison of a run's candidates: their metrics on the same test rows, ranked, with a first verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bakeoff.domain.metrics import LOWER_IS_BETTER
from bakeoff.domain.naming import run_prefix
from bakeoff.domain.ports import RunStore

METRIC = "rmse"
CONFIDENCE = 0.95


def judge(store: RunStore, run_id: str) -> dict[str, Any]:
    """Store comparison.json; returns how many candidates finished, and the best one's name or None."""
    prefix = run_prefix(run_id)
    plan, summary = store.read_json(f"{prefix}plan.json"), store.read_json(f"{prefix}datasets/summary.json")
    results = [_result(store, prefix, candidate) for candidate in plan["candidates"]]
    comparison = compare(run_id, _dataset(plan, summary), results)
    store.write_json(f"{prefix}comparison.json", comparison)
    finished = sum(result["status"] == "completed" for result in results)
    return {"finished": finished, "best": comparison["verdict"]["best"]}


def compare(run_id: str, dataset: Mapping[str, Any], results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The comparison, schema version 1: candidates best first, then the failed ones in their given order."""
    ranked = sorted(results, key=_rank)
    return {
        "schema_version": 1,
        "run_id": run_id,
        "metric": METRIC,
        "dataset": dataset,
        "candidates": [dict(result) for result in ranked],
        "verdict": _verdict([result for result in ranked if result["status"] == "completed"]),
    }


def _rank(result: Mapping[str, Any]) -> tuple[bool, float]:
    if result["status"] != "completed":
        return True, 0.0
    value = float(result["metrics"][METRIC])
    return False, value if METRIC in LOWER_IS_BETTER else -value


def _verdict(completed: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The ranking's leader. Without a test of significance, no outcome but "inconclusive" is honest."""
    best = completed[0]["name"] if completed else None
    return {
        "outcome": "inconclusive",
        "best": best,
        "recommended": best,
        "tied_with_best": [],
        "confidence": CONFIDENCE,
        "comparisons": [_difference(result, completed[0]) for result in completed[1:]],
    }


def _difference(result: Mapping[str, Any], best: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "candidate": result["name"],
        "against": best["name"],
        "difference": result["metrics"][METRIC] - best["metrics"][METRIC],
        "ci_low": None,
        "ci_high": None,
        "p_value": None,
        "p_value_adjusted": None,
    }


def _dataset(plan: Mapping[str, Any], summary: Mapping[str, Any]) -> dict[str, Any]:
    objects = [
        {key: entry[key] for key in ("key", "version_id", "etag", "bytes")} for entry in plan["inputs"]
    ]
    return {
        **summary["rows"],
        "feature_dim": summary["feature_dim"],
        "rejected": summary["rejected"]["total"],
        "objects": objects,
    }


def _result(store: RunStore, prefix: str, candidate: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return dict(store.read_json(f"{prefix}results/{candidate['name']}.json"))
    except FileNotFoundError:
        # Recording a result can itself fail; the comparison must say so rather than lose the candidate.
        return failed_result(
            candidate, "Neither a result nor a failure was recorded; see the execution's history."
        )


def failed_result(candidate: Mapping[str, Any], error: str) -> dict[str, Any]:
    """The result of a candidate that did not finish, in the shape of a finished one."""
    return {
        "name": candidate["name"],
        "algorithm": candidate["algorithm"],
        "status": "failed",
        "error": error,
        "metrics": None,
        "scored_rows": 0,
        "latency_ms": None,
        "training_seconds": None,
        "billable_seconds": None,
    }
