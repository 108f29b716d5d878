"""The differences to the best candidate, each with its confidence interval."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from markupsafe import Markup

from bakeoff.domain.run.documents import Verdict
from bakeoff.report.plots.palette import MUTED, SERIES
from bakeoff.report.plots.rows import draw_rows
from bakeoff.report.text import listed, number, percent, signed

REAL, OPEN = SERIES[1], SERIES[0]


def draw_intervals(verdict: Verdict, real: Set[str], metric: str, *, lower_is_better: bool) -> Markup:
    """`verdict` as comparison.json has it; `real` names the candidates that it separates from the best."""
    differences, side = verdict["comparisons"], 1 if lower_is_better else -1
    best = differences[0]["against"]

    def paint(axes: Any, place: int) -> None:
        # A line through all rows would strike the names through.
        axes.plot([0, 0], [place - 0.2, place + 0.3], color=MUTED, linewidth=1.5)
        if place == 0:
            axes.plot([0], [0], marker="D", color=MUTED, markersize=8)
        else:
            margin = side * (verdict["margin"] or 0.0)
            axes.plot([margin, margin], [place - 0.2, place + 0.3], color=MUTED, linestyle=":")
            _interval(axes, place, differences[place - 1], real)

    return draw_rows(
        "differences",
        _label(verdict, metric),
        [f"{best} (best)", *(item["candidate"] for item in differences)],
        f"Difference in {metric} ({'right' if side > 0 else 'left'} of 0 is worse)",
        paint,
    )


def _interval(axes: Any, place: int, item: Mapping[str, Any], real: Set[str]) -> None:
    separated = item["candidate"] in real
    color = REAL if separated else OPEN
    if item["ci_low"] is not None:
        axes.plot([item["ci_low"], item["ci_high"]], [place, place], color=color, linewidth=3)
    # A hollow marker is a difference that is not significant.
    axes.plot(
        [item["difference"]],
        [place],
        marker="o",
        color=color,
        markersize=9,
        markeredgewidth=2.5,
        fillstyle="full" if separated else "none",
    )


def _label(verdict: Verdict, metric: str) -> str:
    differences = verdict["comparisons"]
    facts = [f"{item['candidate']} {signed(item['difference'])}{_between(item)}" for item in differences]
    bounded = any(item["ci_low"] is not None for item in differences)
    interval = f" with its {percent(verdict['confidence'])} confidence interval" if bounded else ""
    return (
        f"Difference in {metric} to {differences[0]['against']}{interval}: "
        f"{listed(facts)} Up to {number(verdict['margin'], 3)} counts as none."
    )


def _between(item: Mapping[str, Any]) -> str:
    if item["ci_low"] is None:
        return " without an interval"
    return f", from {signed(item['ci_low'])} to {signed(item['ci_high'])}"
