"""Where a run's money went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from bakeoff.report.plots.palette import SERIES
from bakeoff.report.plots.rows import draw_rows
from bakeoff.report.text import listed, number


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
