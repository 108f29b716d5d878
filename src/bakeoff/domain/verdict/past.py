"""A finished run as the history of runs keeps it: every candidate's metric with an interval of its own."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist

import numpy as np

from bakeoff.domain.run.documents import (
    SCHEMA_VERSION,
    Comparison,
    PastCandidate,
    PastRun,
    Plan,
    ProductionRecord,
)
from bakeoff.domain.run.documents.history import Champion
from bakeoff.domain.run.planned import settings_of
from bakeoff.domain.run.task import task_of
from bakeoff.domain.scoring.predictions import Predictions
from bakeoff.domain.statistics.clusters import Clusters
from bakeoff.domain.verdict.baselines import probabilities_of
from bakeoff.domain.verdict.headline import headline
from bakeoff.domain.verdict.measuring import Measuring, column, measuring
from bakeoff.domain.verdict.options import Candidate, VerdictOptions


def past_run(
    comparison: Comparison,
    plan: Plan,
    predictions: Mapping[str, Predictions],
    champion: ProductionRecord | None = None,
) -> PastRun:
    """`predictions` are those of the candidates that finished, by name; `champion` is the record of what ran
    in production.
    """
    options, data = VerdictOptions.of(settings_of(plan)), comparison["dataset"]
    entry: PastRun = {
        "schema_version": SCHEMA_VERSION,
        "run_id": comparison["run_id"],
        "created_at": plan["created_at"],
        "data_set": plan.get("data_set", ""),
        "target": plan["target"]["name"] if "target" in plan else None,
        "metric": options.metric,
        "confidence": options.confidence,
        "rows": data["scored"],
        "train_rows": data["train"],
        "baseline": comparison["baseline"]["metrics"].get(options.metric),
        "candidates": [],
        "outcome": comparison["verdict"]["outcome"],
        "recommended": comparison["verdict"]["recommended"],
        "headline": headline(comparison),
    }
    if "folds" in data:
        entry["folds"] = data["folds"]
    if "promotion" in plan:
        entry["champion"] = _champion(champion)
    task, first = task_of(comparison), next(iter(predictions.values()), None)
    measure = measuring(column("a label", first.actual), options, task.classes) if first else None
    for each in comparison["candidates"]:
        value = each["metrics"].get(options.metric) if each["metrics"] is not None else None
        told: PastCandidate = {
            "name": each["name"],
            "algorithm": each["algorithm"],
            "value": value,
            "ci_low": None,
            "ci_high": None,
        }
        if value is not None and measure is not None:
            own = predictions[each["name"]]
            judged = Candidate(each["name"], own.predicted, probabilities=probabilities_of(own, task))
            half = half_width(measure, judged, Clusters.of(own.clusters, len(own.rows)), options.confidence)
            told["ci_low"], told["ci_high"] = (None, None) if half is None else (value - half, value + half)
        entry["candidates"].append(told)
    return entry


def _champion(record: ProductionRecord | None) -> Champion | None:
    if record is None:
        return None
    return {"run_id": record["run"], "candidate": record["candidate"], "since": record["since"]}


def half_width(
    measure: Measuring, candidate: Candidate, clusters: Clusters, confidence: float
) -> float | None:
    """How far the candidate's metric may be off by the choice of test rows, in the metric's unit; None where
    a verdict would have too few of them.

    It is the delta method's normal interval, of the difference to answers without any error: what another
    training would change is not in it, and two such intervals that overlap decide nothing.
    """
    if any(floor.is_missed for floor in measure.floors(clusters)):
        return None
    by_row = measure.measured(candidate).by_row
    sample = measure.moments(by_row[:, None], measure.flawless, clusters)
    _, errors = sample.in_sample()
    reach = NormalDist().inv_cdf((1 + confidence) / 2)
    half = float(reach * errors[0] * abs(sample.units[0]))
    return half if np.isfinite(half) else None
