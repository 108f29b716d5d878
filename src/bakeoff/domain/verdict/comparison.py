"""The comparison of a run's candidates on the same test rows, with the verdict and its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bakeoff.domain.datasets.test_rows import HeldOutSplit, read_test_rows
from bakeoff.domain.run.documents import (
    SCHEMA_VERSION,
    Baseline,
    ComparedCandidate,
    ComparedData,
    Comparison,
    DataNotes,
    InputRevision,
    Plan,
    PlannedInput,
    Result,
    Summary,
)
from bakeoff.domain.run.files import RunFiles, WritableRunFiles
from bakeoff.domain.scoring.predictions import NOTHING_SCORED, Predictions, read_judged_predictions
from bakeoff.domain.scoring.results import read_result
from bakeoff.domain.statistics.metrics import LOWER_IS_BETTER, measure
from bakeoff.domain.verdict.options import Candidate, VerdictOptions
from bakeoff.domain.verdict.reach import reach_verdict

BASELINE = "training mean"


def judge(run: WritableRunFiles, options: VerdictOptions) -> dict[str, Any]:
    """Store comparison.json; returns how many candidates finished, and the best one's name or None."""
    comparison = compare_run(run, options)
    run.write_comparison(comparison)
    finished = sum(candidate["status"] == "completed" for candidate in comparison["candidates"])
    return {"finished": finished, "best": comparison["verdict"]["best"]}


def compare_run(run: RunFiles, options: VerdictOptions) -> Comparison:
    """The comparison, recomputed from plan.json, summary.json, results/ and predictions/.

    Candidates come best first, then the failed ones in the plan's order. The same files and options give the
    same comparison, which is what `bakeoff verify` relies on.
    """
    plan, summary = run.plan(), run.summary()
    results = [read_result(run, candidate) for candidate in plan["candidates"]]
    predictions = read_judged_predictions(run, results)
    scored = next(iter(predictions.values()), NOTHING_SCORED)
    labels = scored.actual or read_test_rows(run, 0, HeldOutSplit.of_any(plan)).actual
    baseline = _baseline(labels, summary["label"]["train"]["mean"])
    candidates = [_compared(result, predictions, baseline, options.metric) for result in results]
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": run.run_id,
        "metric": options.metric,
        "dataset": _data(plan, summary, scored),
        "candidates": sorted(candidates, key=lambda candidate: _rank(candidate, options.metric)),
        "baseline": baseline,
        "verdict": reach_verdict(
            scored.actual, _judged(results, predictions), summary["rows"]["train"], options, scored.clusters
        ),
    }


def _compared(
    result: Result, predictions: Mapping[str, Predictions], baseline: Baseline, metric: str
) -> ComparedCandidate:
    if result["status"] == "failed":
        return {**result, "beats_baseline": None}
    found = predictions[result["name"]]
    metrics = measure(found.actual, found.predicted).as_dict()
    own, trivial = metrics[metric], baseline["metrics"][metric]
    is_better = None
    if own is not None and trivial is not None:
        is_better = own < trivial if metric in LOWER_IS_BETTER else own > trivial
    return {**result, "metrics": metrics, "beats_baseline": is_better}


def _baseline(actual: Sequence[float], mean: float) -> Baseline:
    """What always predicting the mean of the training labels would have achieved; it needs no endpoint."""
    metrics = measure(actual, [mean] * len(actual))
    return {"name": BASELINE, "prediction": mean, "metrics": metrics.as_dict()}


def _judged(results: Sequence[Result], predictions: Mapping[str, Predictions]) -> list[Candidate]:
    return [
        Candidate(
            name=result["name"],
            predicted=predictions[result["name"]].predicted,
            latency_ms=result["latency_ms"]["p50"],
            training_seconds=result["training_seconds"],
        )
        for result in results
        if result["status"] == "completed"
    ]


def _rank(candidate: ComparedCandidate, metric: str) -> tuple[bool, float, str]:
    value = candidate["metrics"][metric] if candidate["status"] == "completed" else None
    if value is None:
        return True, 0.0, ""
    return False, value if metric in LOWER_IS_BETTER else -value, candidate["name"]


def _data(plan: Plan, summary: Summary, scored: Predictions) -> ComparedData:
    data: ComparedData = {
        **summary["rows"],
        "feature_dim": summary["feature_dim"],
        "rejected": summary["rejected"]["total"],
        "objects": [_revision(item) for item in plan["inputs"]],
        **_told(plan),  # type: ignore[typeddict-item]  # mypy takes what may be absent there for "distinct"
        "scored": len(scored.actual),
    }
    if "table" in plan:
        data["columns"] = plan["table"]["columns"]
        data["unlabelled"] = summary.get("unlabelled", 0)
    if scored.clusters is not None:
        data["distinct"] = len(set(scored.clusters))
    return data


def _told(plan: Plan) -> DataNotes:
    told: DataNotes = {}
    if "target" in plan:
        told["target"] = plan["target"]
    if "notes" in plan:
        told["notes"] = plan["notes"]
    if "ignored" in plan:
        told["ignored"] = plan["ignored"]
    return told


def _revision(item: PlannedInput) -> InputRevision:
    return {
        "key": item["key"],
        "version_id": item["version_id"],
        "etag": item["etag"],
        "bytes": item["bytes"],
    }
