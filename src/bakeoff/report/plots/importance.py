"""How much worse a candidate would be without each column, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from bakeoff.domain.run.documents import ColumnImportance
from bakeoff.report.plots.palette import MUTED, SERIES
from bakeoff.report.plots.rows import draw_rows
from bakeoff.report.text import listed, signed


def draw_importance(candidate: str, metric: str, columns: Sequence[ColumnImportance]) -> Markup:
    """`columns`, greatest first, in the unit of `metric`."""

    def paint(axes: Any, place: int) -> None:
        item = columns[place]
        low, high = item["ci_low"], item["ci_high"]
        axes.plot([0, 0], [place - 0.2, place + 0.3], color=MUTED, linewidth=1.5)
        if low is not None:
            axes.plot([low, high], [place, place], color=SERIES[0], linewidth=3)
        # A hollow marker is a column that may be worth nothing.
        fill = "full" if low is not None and low > 0 else "none"
        axes.plot(
            [item["increase"]],
            [place],
            "o",
            color=SERIES[0],
            markersize=9,
            markeredgewidth=2.5,
            fillstyle=fill,
        )

    facts = [f"{item['column']} {signed(item['increase'])}{_between(item)}" for item in columns]
    label = f"How much worse the {metric} of {candidate} becomes without each column: {listed(facts)}"
    names = [item["column"] for item in columns]
    return draw_rows("importance", label, names, f"How much worse the {metric} becomes", paint)


def _between(item: ColumnImportance) -> str:
    if item["ci_low"] is None:
        return " without an interval"
    return f", from {signed(item['ci_low'])} to {signed(item['ci_high'])}"
