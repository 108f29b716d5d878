"""The comparison of a run's candidates on the same test rows, with the verdict and its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bakeoff.domain.datasets.test_rows import read_test_rows
from bakeoff.domain.ports import RunStore
from bakeoff.domain.run.names import run_prefix
from bakeoff.domain.scoring.predictions import NOTHING_SCORED, Predictions, read_judged_predictions
from bakeoff.domain.scoring.results import read_result
from bakeoff.domain.statistics.metrics import LOWER_IS_BETTER, measure
from bakeoff.domain.verdict.options import VerdictOptions
from bakeoff.domain.verdict.reach import Candidate, reach_verdict

BASELINE = "training mean"


def judge(store: RunStore, run_id: str, options: VerdictOptions) -> dict[str, Any]:
    """Store comparison.json; returns how many candidates finished, and the best one's name or None."""
    comparison = compare_run(store, run_id, options)
    store.write_json(f"{run_prefix(run_id)}comparison.json", comparison)
    finished = sum(candidate["status"] == "completed" for candidate in comparison["candidates"])
    return {"finished": finished, "best": comparison["verdict"]["best"]}


def compare_run(store: RunStore, run_id: str, options: VerdictOptions) -> dict[str, Any]:
    """The comparison, schema version 1, recomputed from plan.json, summary.json, results/ and predictions/.

    Candidates come best first, then the failed ones in the plan's order. The same files and options give the
    same comparison, which is what `bakeoff verify` relies on.
    """
    prefix = run_prefix(run_id)
    plan, summary = store.read_json(f"{prefix}plan.json"), store.read_json(f"{prefix}datasets/summary.json")
    results = [read_result(store, run_id, candidate) for candidate in plan["candidates"]]
    predictions = read_judged_predictions(store, run_id, results)
    shared = next(iter(predictions.values()), NOTHING_SCORED)
    actual = shared.actual
    baseline = _baseline(actual or read_test_rows(store, run_id, 0).actual, summary["label"]["train"]["mean"])
    candidates = [_candidate(result, predictions, baseline, options.metric) for result in results]
    return {
        "schema_version": 1,
        "run_id": run_id,
        "metric": options.metric,
        "dataset": {**_dataset(plan, summary), "scored": len(actual), **_distinct(shared)},
        "candidates": sorted(candidates, key=lambda candidate: _rank(candidate, options.metric)),
        "baseline": baseline,
        "verdict": reach_verdict(
            actual, _judged(results, predictions), summary["rows"]["train"], options, shared.clusters
        ),
    }


def _distinct(scored: Predictions) -> dict[str, int]:
    """How many of the scored rows are no copies of others; nothing of runs that do not say."""
    return {} if scored.clusters is None else {"distinct": len(set(scored.clusters))}


def _candidate(
    result: Mapping[str, Any],
    predictions: Mapping[str, Predictions],
    baseline: Mapping[str, Any],
    metric: str,
) -> dict[str, Any]:
    found = predictions.get(result["name"])
    if found is None:
        return {**result, "beats_baseline": None}
    metrics = measure(found.actual, found.predicted).as_dict()
    return {**result, "metrics": metrics, "beats_baseline": _is_better(metrics, baseline["metrics"], metric)}


def _baseline(actual: Sequence[float], mean: float) -> dict[str, Any]:
    """What always predicting the mean of the training labels would have achieved; it needs no endpoint."""
    metrics = measure(actual, [mean] * len(actual))
    return {"name": BASELINE, "prediction": mean, "metrics": metrics.as_dict()}


def _judged(results: Sequence[Mapping[str, Any]], predictions: Mapping[str, Predictions]) -> list[Candidate]:
    return [
        Candidate(
            name=result["name"],
            predicted=predictions[result["name"]].predicted,
            latency_ms=result["latency_ms"]["p50"],
            training_seconds=result["training_seconds"],
        )
        for result in results
        if result["name"] in predictions
    ]


def _is_better(one: Mapping[str, Any], other: Mapping[str, Any], metric: str) -> bool | None:
    if one[metric] is None or other[metric] is None:
        return None
    difference = float(one[metric] - other[metric])
    return difference < 0 if metric in LOWER_IS_BETTER else difference > 0


def _rank(candidate: Mapping[str, Any], metric: str) -> tuple[bool, float, str]:
    if candidate["status"] != "completed" or candidate["metrics"][metric] is None:
        return True, 0.0, ""
    value = float(candidate["metrics"][metric])
    return False, value if metric in LOWER_IS_BETTER else -value, candidate["name"]


def _dataset(plan: Mapping[str, Any], summary: Mapping[str, Any]) -> dict[str, Any]:
    objects = [
        {key: entry[key] for key in ("key", "version_id", "etag", "bytes")} for entry in plan["inputs"]
    ]
    return {
        **summary["rows"],
        "feature_dim": summary["feature_dim"],
        "rejected": summary["rejected"]["total"],
        "objects": objects,
        # Absent from plans that an older version wrote.
        **{name: plan[name] for name in ("target", "notes", "ignored") if name in plan},
    }
