"""What a comparison took: the time of single predictions and trainings, and money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from bakeoff.domain.run.documents import CompletedCandidate
from bakeoff.report.plots.palette import SERIES
from bakeoff.report.plots.rows import draw_rows
from bakeoff.report.text import listed, number


def draw_latency(candidates: Sequence[CompletedCandidate]) -> Markup:
    """Half of the requests are answered by p50, 95 of 100 by p95, both in milliseconds."""
    facts = [
        f"{item['name']} {number(item['latency_ms']['p50'], 3)} and {number(item['latency_ms']['p95'], 3)}"
        for item in candidates
    ]

    def paint(axes: Any, place: int) -> None:
        latency = candidates[place]["latency_ms"]
        p50, p95 = latency["p50"], latency["p95"]
        axes.plot([p50, p95], [place, place], color=SERIES[0], linewidth=3)
        axes.plot([p50], [place], "o", color=SERIES[0], markersize=9, label="p50" if place == 0 else None)
        axes.plot([p95], [place], "|", color=SERIES[0], markersize=14, markeredgewidth=3)

    label = f"Milliseconds of a single-row request, p50 and p95: {listed(facts)}"
    names = [item["name"] for item in candidates]
    axis = "Milliseconds: p50 (dot) to p95 (bar)"
    return draw_rows("latency", label, names, axis, paint, from_zero=True)


def draw_training(candidates: Sequence[CompletedCandidate]) -> Markup:
    """Seconds that each training job ran."""

    def paint(axes: Any, place: int) -> None:
        axes.barh(place, candidates[place]["training_seconds"], height=0.3, color=SERIES[2])

    facts = [f"{item['name']} {number(item['training_seconds'], 3)}" for item in candidates]
    label = f"Seconds of training: {listed(facts)}"
    names = [item["name"] for item in candidates]
    return draw_rows("training", label, names, "Seconds of training", paint, from_zero=True)


def draw_costs(parts: Sequence[tuple[str, float, float]], currency: str) -> Markup:
    """A row for each part: the bar ends at its low amount, a line goes on to the high one."""

    def paint(axes: Any, place: int) -> None:
        _, low, high = parts[place]
        axes.barh(place, low, height=0.3, color=SERIES[0])
        axes.plot([low, high], [place, place], color=SERIES[0], linewidth=2)
        axes.plot([high], [place], "|", color=SERIES[0], markersize=14, markeredgewidth=3)

    facts = [f"{name} {number(low, 3)} to {number(high, 3)}" for name, low, high in parts]
    label = f"{currency} by what was paid for, at least and at most: {listed(facts)}"
    names = [name for name, _, _ in parts]
    return draw_rows(
        "costs", label, names, f"{currency}: at least (bar) to at most (line)", paint, from_zero=True
    )
