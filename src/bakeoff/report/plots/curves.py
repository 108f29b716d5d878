"""What a threshold on a class's probability trades: one picture of all candidates' curves a kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from bakeoff.domain.statistics.classification.curves import Curve
from bakeoff.report.plots.lines import draw_lines, in_legend
from bakeoff.report.plots.palette import MUTED
from bakeoff.report.text import listed, number

# A candidate's name, its curve, and the area below it.
Curves = Sequence[tuple[str, Curve, float]]


def draw_roc(curves: Curves, positive: str) -> Markup:
    """`positive` is the class that the curves tell from the rest."""

    def paint(axes: Any) -> None:
        axes.plot([0, 1], [0, 1], color=MUTED, dashes=(2, 2), label="guessing, AUC 0.5")

    lines = [(f"{in_legend(name)}, AUC {number(area, 3)}", curve.x, curve.y) for name, curve, area in curves]
    facts = [f"{name} {number(area, 3)}" for name, _, area in curves]
    label = f"ROC curves of {positive}. Area under the curve (guessing has 0.5): {listed(facts)}"
    return draw_lines("roc", label, lines, paint, ("False positive rate", "True positive rate"))


def draw_precision_recall(curves: Curves, positive: str, share: float) -> Markup:
    """`share` is the class's share of the rows, which is the precision of guessing."""

    def paint(axes: Any) -> None:
        axes.plot([0, 1], [share, share], color=MUTED, dashes=(2, 2), label=f"guessing, {number(share, 3)}")

    lines = [
        (f"{in_legend(name)}, average {number(area, 3)}", curve.x, curve.y) for name, curve, area in curves
    ]
    facts = [f"{name} {number(area, 3)}" for name, _, area in curves]
    label = (
        f"Precision-recall curves of {positive}. Average precision (guessing has {number(share, 3)}, the "
        f"share of {positive}): {listed(facts)}"
    )
    return draw_lines("precision-recall", label, lines, paint, ("Recall", "Precision"))
