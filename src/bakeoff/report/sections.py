"""What the page says of a comparison: each function prepares one section for the template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bakeoff.domain.cost.words import assumed, million_told, rests_on
from bakeoff.domain.run.documents import Baseline, Comparison, CompletedCandidate, FailedCandidate
from bakeoff.domain.statistics.metrics import LOWER_IS_BETTER
from bakeoff.domain.verdict.options import METRIC_NAMES, MIN_CLASS_ROWS, MIN_TEST_ROWS
from bakeoff.report.plots.intervals import draw_intervals
from bakeoff.report.plots.ranges import draw_ranges, error_by_range
from bakeoff.report.plots.scatter import MAX_POINTS, draw_agreement, draw_residuals, shared_axes
from bakeoff.report.plots.timing import draw_latency, draw_training
from bakeoff.report.predictions import Predicted

Section = dict[str, Any]


def finished(comparison: Comparison) -> list[CompletedCandidate]:
    """Best first, as comparison.json ranks them."""
    return [item for item in comparison["candidates"] if item["status"] == "completed"]


def failed(comparison: Comparison) -> list[FailedCandidate]:
    return [item for item in comparison["candidates"] if item["status"] == "failed"]


def summary(comparison: Comparison) -> Section:
    """The recommended candidate's numbers, what decided among tied ones, who does not beat the baseline."""
    name, preference = comparison["verdict"]["recommended"], comparison["verdict"]["preference"]
    candidates = finished(comparison)
    recommended = next((item for item in candidates if item["name"] == name), None)
    unpriced = recommended is not None and recommended.get("cost_per_million") is None
    return {
        "recommended": recommended,
        "decided_by": "lowest-error" if unpriced and preference == "lowest-cost" else preference,
        "below_baseline": [item["name"] for item in candidates if item["beats_baseline"] is False],
    }


def differences(comparison: Comparison) -> Section | None:
    """The comparisons with the best; nothing where no two candidates could be compared. Differences without
    p-values get no plot: dots that show no uncertainty would pass for evidence.
    """
    verdict, metric = comparison["verdict"], comparison["metric"]
    items = verdict["comparisons"]
    if not items:
        return None
    judged = all(item["p_value_adjusted"] is not None for item in items)
    real = {item["candidate"] for item in items} - set(verdict["tied_with_best"])
    lower, name = metric in LOWER_IS_BETTER, METRIC_NAMES[metric]
    return {
        "items": items,
        "judged": judged,
        "bounded": any(item["ci_low"] is not None for item in items),
        "real": real,
        "plot": draw_intervals(verdict, real, name, lower_is_better=lower) if judged else None,
        "min_rows": MIN_CLASS_ROWS if "classes" in comparison else MIN_TEST_ROWS,
    }


def details(shown: Sequence[Predicted], candidates: int) -> Section | None:
    """A pair of plots for each of the best few."""
    if not shown:
        return None
    limits = shared_axes(shown)
    plots = [
        {
            "name": item.name,
            "agreement": draw_agreement(item, place, limits),
            "residuals": draw_residuals(item, place, limits),
        }
        for place, item in enumerate(shown, start=1)
    ]
    rows = len(shown[0].actual)
    return {
        "plots": plots,
        "left_out": candidates - len(shown),
        "rows": rows,
        "points": min(rows, MAX_POINTS),
    }


def ranges(shown: Sequence[Predicted], baseline: Baseline, candidates: int) -> Section | None:
    if not shown:
        return None
    found = error_by_range(shown, baseline["name"], baseline["prediction"])
    return {"plot": draw_ranges(found), "table": found, "left_out": candidates - len(shown)}


def serving(candidates: Sequence[CompletedCandidate]) -> Section | None:
    """What a million predictions cost with each candidate, and on what that rests; nothing in runs whose plan
    asked for no price.
    """
    costs = {item["name"]: item["cost_per_million"] for item in candidates if "cost_per_million" in item}
    if not costs:
        return None
    known = {name: cost for name, cost in costs.items() if cost}
    return {
        "costs": {item["name"]: million_told(costs.get(item["name"])) for item in candidates},
        "assumed": assumed(known.values()),
        "rests_on": rests_on(candidates, known),
    }


def timing(candidates: Sequence[CompletedCandidate]) -> Section:
    measured = [item for item in candidates if item["latency_ms"] is not None]
    trained = [item for item in candidates if item["training_seconds"] is not None]
    return {
        "latency": draw_latency(measured) if measured else None,
        "training": draw_training(trained) if trained else None,
    }
