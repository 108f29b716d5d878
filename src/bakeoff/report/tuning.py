"""How candidates were tuned: what was searched, what was tried, and what it cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bakeoff.domain.run.documents import CompletedCandidate, Trial, TunedRange, Tuning
from bakeoff.report.plots.tuning import draw_range, draw_trials
from bakeoff.report.text import NOTHING, number


def tuning_told(candidates: Sequence[CompletedCandidate], metric: str) -> list[dict[str, Any]]:
    """What the section tells of each of the `candidates` that was tuned; `metric` is what decides."""
    tuned = [(item, item["tuning"]) for item in candidates if "tuning" in item]
    return [_told(place, item, tuning, metric) for place, (item, tuning) in enumerate(tuned)]


def searched(each: TunedRange) -> str:
    """A range in words."""
    if "categorical" in each:
        return ", ".join(each["categorical"])
    bounds = each["integer"] if "integer" in each else each["continuous"]
    told = [f"{bounds[0]} to {bounds[1]}", *(["whole"] if "integer" in each else [])]
    return ", ".join(told if each.get("scale", "auto") == "auto" else [*told, each["scale"]])


def _told(place: int, item: CompletedCandidate, tuning: Tuning, metric: str) -> dict[str, Any]:
    trials, objective = tuning["trials"], tuning["objective"]
    best: Trial | None = next((each for each in trials if each["name"] == tuning["best"]), None)
    values = best["values"] if best else {}
    reached = [each["objective"] for each in trials]
    return {
        "name": item["name"],
        "metric": objective["metric"],
        "goal": objective["goal"],
        "strategy": tuning["strategy"],
        "seed": tuning["seed"],
        "validation": best["objective"] if best else None,
        "test": item["metrics"].get(metric),
        "seconds": item["billable_seconds"],
        "failed": sum(each["objective"] is None for each in trials),
        "ranges": [
            (name, searched(each), _shown(values.get(name)), name in tuning["on_edge"])
            for name, each in tuning["ranges"].items()
        ],
        "trials": [
            (
                f"{count}, best" if each["name"] == tuning["best"] else str(count),
                each,
                [_shown(each["values"].get(name)) for name in tuning["ranges"]],
            )
            for count, each in enumerate(trials, 1)
        ],
        "on_edge": tuning["on_edge"],
        "plot": draw_trials(place, item["name"], objective, reached)
        if any(value is not None for value in reached)
        else None,
        "plots": [
            draw_range(name, f"{place}-{spot}", each, objective["metric"], _points(name, trials), ringed[0])
            for spot, (name, each) in enumerate(tuning["ranges"].items())
            if (ringed := _points(name, [best] if best else []))
        ],
    }


def _shown(value: str | None) -> str:
    """Of a drawn number, digits that nobody needs are left out."""
    if value is None:
        return NOTHING
    try:
        return value if value.lstrip("-").isdigit() else number(float(value))
    except ValueError:
        return value


def _points(name: str, trials: Sequence[Trial]) -> list[tuple[str, float]]:
    return [
        (each["values"][name], each["objective"])
        for each in trials
        if each["objective"] is not None and name in each["values"]
    ]
