"""Whether probabilities mean what they say: how often comes true what was predicted with a probability?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from bakeoff.domain.statistics.classification.calibration import Bin
from bakeoff.report.plots.lines import draw_lines, in_legend
from bakeoff.report.plots.palette import MUTED
from bakeoff.report.text import listed, number

FEW = 25  # rows, of which a share is a rough figure

# A candidate's name, its bins, and its expected calibration error.
Calibrations = Sequence[tuple[str, Sequence[Bin], float]]


def draw_reliability(candidates: Calibrations, positive: str | None) -> Markup:
    """Of the probability of the class `positive`, or without one of that of the answer."""

    def paint(axes: Any) -> None:
        axes.plot([0, 1], [0, 1], color=MUTED, dashes=(2, 2), label="as it should be")

    found = [
        np.array([(each.predicted, each.observed, each.rows) for each in bins]).T for _, bins, _ in candidates
    ]
    lines = [
        (f"{in_legend(name)}, error {number(error, 2)}", at[0], at[1])
        for (name, _, error), at in zip(candidates, found, strict=True)
    ]
    x, y = ("Probability of the answer", "Share of right answers")
    if positive:
        x, y = f"Predicted probability of {positive}", f"Observed share of {positive}"
    facts = [f"{name} {number(error, 2)}, {_furthest(bins)}" for name, bins, error in candidates]
    label = f"{y}, by the {x[0].lower()}{x[1:]}. Expected calibration error: {listed(facts)}"
    return draw_lines("reliability", label, lines, paint, (x, y), [at[2] >= FEW for at in found])


def _furthest(bins: Sequence[Bin]) -> str:
    off = max(bins, key=lambda each: each.rows * abs(each.observed - each.predicted))
    return f"most by {number(off.observed, 2)} at {number(off.predicted, 2)}"
