"""The mean absolute error where labels are low, middling and high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup

from bakeoff.report.plots.bins import quantile_bins
from bakeoff.report.plots.canvas import draw
from bakeoff.report.plots.palette import DASHES, MARKERS, MUTED, SERIES
from bakeoff.report.predictions import Predicted
from bakeoff.report.text import listed, number

RANGES = 5
_LEGEND_ROW = 20
_LONGEST_LABEL = 9


@dataclass(frozen=True)
class Ranges:
    """`labels` and `rows` (counts) of k ranges; `errors` has each candidate's name and its k mean absolute
    errors, in the label's unit. The last entry is the baseline.
    """

    labels: list[str]
    rows: list[int]
    errors: list[tuple[str, list[float]]]


def error_by_range(candidates: Sequence[Predicted], baseline: str, prediction: float) -> Ranges:
    """All candidates were scored on the same rows, so the first one's labels are everybody's."""
    actual = candidates[0].actual
    bins = quantile_bins(actual, RANGES)
    constant = Predicted(baseline, actual, np.full(len(actual), prediction))
    return Ranges(
        [_label(actual[rows].min(), actual[rows].max()) for rows in bins],
        [len(rows) for rows in bins],
        [
            (item.name, [float(np.abs(item.errors[rows]).mean()) for rows in bins])
            for item in [*candidates, constant]
        ],
    )


def draw_ranges(ranges: Ranges) -> Markup:
    """One line a candidate over the ranges, and the baseline's, which no model should touch."""
    *candidates, (baseline, constant) = ranges.errors

    def paint(axes: Any) -> None:
        axes.plot(constant, color=MUTED, dashes=(2, 2), label=f"{baseline} (baseline)")
        for place, (name, errors) in enumerate(candidates):
            axes.plot(
                errors,
                color=SERIES[place],
                marker=MARKERS[place],
                dashes=DASHES[place],
                linewidth=2,
                label=name,
            )
        _arrange(axes, ranges)

    facts = [f"{name} {', '.join(number(error, 3) for error in errors)}" for name, errors in ranges.errors]
    label = f"Mean absolute error by label range ({', '.join(ranges.labels)}): {listed(facts)}"
    return draw("ranges", label, 320 + _LEGEND_ROW * len(ranges.errors), paint)


def _arrange(axes: Any, ranges: Ranges) -> None:
    ticks = [
        label if len(label) <= _LONGEST_LABEL else label.replace(" to ", "\nto ") for label in ranges.labels
    ]
    axes.set_xticks(range(len(ticks)), ticks)
    axes.set_ylim(bottom=0)
    axes.set(xlabel="Actual label, from low to high", ylabel="Mean absolute error")
    axes.margins(x=0.1)
    axes.figure.legend(loc="outside lower left", handlelength=3.5)


def _label(low: float, high: float) -> str:
    return number(low, 3) if low == high else f"{number(low, 3)} to {number(high, 3)}"
