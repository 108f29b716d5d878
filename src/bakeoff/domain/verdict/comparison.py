"""The comparison of a run's candidates on the same test rows, with the verdict and its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from bakeoff.domain.datasets.units import final_unit
from bakeoff.domain.run.documents import (
    SCHEMA_VERSION,
    Baseline,
    ComparedCandidate,
    Comparison,
    CompletedCandidate,
    MetricValues,
    Result,
    ServingCost,
    TaskNotes,
)
from bakeoff.domain.run.files import RunFiles, WritableRunFiles
from bakeoff.domain.run.planned import are_grouped, columns_of
from bakeoff.domain.run.task import Task, task_of
from bakeoff.domain.scoring.merging import merge_folds
from bakeoff.domain.scoring.predictions import NOTHING_SCORED, Predictions, read_judged_predictions
from bakeoff.domain.scoring.results import read_result
from bakeoff.domain.statistics.registry import Metric
from bakeoff.domain.verdict import wording
from bakeoff.domain.verdict.baselines import metrics_of, probabilities_of
from bakeoff.domain.verdict.compared_data import compared_data
from bakeoff.domain.verdict.evaluation import Evaluation
from bakeoff.domain.verdict.options import Candidate, VerdictOptions
from bakeoff.domain.verdict.reach import reach_verdict
from bakeoff.domain.verdict.serving import costs_per_million


def judge(run: WritableRunFiles, options: VerdictOptions) -> dict[str, Any]:
    """Store comparison.json, of a run with folds what they are together first; returns how many candidates
    finished, the best one's name or None, and what trains the recommended one once more: None without folds.
    """
    merge_folds(run)
    comparison = compare_run(run, options)
    run.write_comparison(comparison)
    finished = sum(candidate["status"] == "completed" for candidate in comparison["candidates"])
    recommended = comparison["verdict"]["recommended"]
    return {
        "finished": finished,
        "best": comparison["verdict"]["best"],
        "final": final_unit(run, recommended) if recommended is not None else None,
    }


def compare_run(run: RunFiles, options: VerdictOptions) -> Comparison:
    """The comparison, recomputed from plan.json, summary.json, results/ and predictions/.

    Candidates come best first, then the failed ones in the plan's order. The same files and options give the
    same comparison, which is what `bakeoff verify` relies on.
    """
    plan, summary = run.plan(), run.summary()
    results = [read_result(run, candidate) for candidate in plan["candidates"]]
    task = task_of(summary)
    predictions = read_judged_predictions(run, results, task.classes)
    scored = next(iter(predictions.values()), NOTHING_SCORED)
    evaluation = Evaluation.of(run, plan, summary, task, predictions)
    trivial = evaluation.baseline(scored)
    measured = {name: metrics_of(found, task) for name, found in predictions.items()}
    costs = costs_per_million(plan, results)
    candidates = [
        _compared(result, measured, costs, trivial, evaluation, options.measured) for result in results
    ]
    told: TaskNotes = {"classes": evaluation.classes} if "classes" in summary else {}
    verdict = reach_verdict(
        scored.actual,
        _judged(results, predictions, costs, task),
        evaluation.rows["train"],
        options,
        scored.clusters,
        task.classes,
        evaluation.scores(options.metric),
        are_grouped(columns_of(plan)),
    )
    verdict["reason"] += wording.tuned(
        {
            result["name"]: len(result["tuning"]["trials"])
            for result in results
            if result["status"] == "completed" and "tuning" in result
        },
        each_fold=evaluation.folds > 0,
    )
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": run.run_id,
        "metric": options.metric,
        **told,
        "dataset": compared_data(plan, summary, scored, evaluation),
        "candidates": sorted(candidates, key=lambda candidate: _rank(candidate, options.measured)),
        "baseline": trivial,
        "verdict": verdict,
    }


def _compared(
    result: Result,
    measured: Mapping[str, MetricValues],
    costs: Mapping[str, ServingCost | None],
    trivial: Baseline,
    evaluation: Evaluation,
    metric: Metric,
) -> ComparedCandidate:
    if result["status"] == "failed":
        return {**result, "beats_baseline": None}
    metrics = measured[result["name"]]
    own, least = metrics[metric.key], trivial["metrics"][metric.key]
    is_better = None
    if own is not None and least is not None:
        is_better = own < least if metric.lower_is_better else own > least
    compared = cast(CompletedCandidate, {**result, "metrics": metrics, "beats_baseline": is_better})
    if result["name"] in costs:
        compared["cost_per_million"] = costs[result["name"]]
    return evaluation.told(compared, metric.key)


def _judged(
    results: Sequence[Result],
    predictions: Mapping[str, Predictions],
    costs: Mapping[str, ServingCost | None],
    task: Task,
) -> list[Candidate]:
    return [
        Candidate(
            name=result["name"],
            predicted=predictions[result["name"]].predicted,
            latency_ms=result["latency_ms"]["p50"],
            training_seconds=result["training_seconds"],
            probabilities=probabilities_of(predictions[result["name"]], task),
            cost_per_million=costs.get(result["name"]),
        )
        for result in results
        if result["status"] == "completed"
    ]


def _rank(candidate: ComparedCandidate, metric: Metric) -> tuple[bool, float, str]:
    value = candidate["metrics"][metric.key] if candidate["status"] == "completed" else None
    if value is None:
        return True, 0.0, ""
    return False, value if metric.lower_is_better else -value, candidate["name"]
