"""How far a candidate's metric differs from fold to fold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from bakeoff.domain.run.documents import CompletedCandidate
from bakeoff.domain.verdict.options import METRIC_NAMES
from bakeoff.report.plots.palette import MUTED, SERIES
from bakeoff.report.plots.rows import draw_rows
from bakeoff.report.text import listed, number


def draw_folds(candidates: Sequence[CompletedCandidate], metric: str) -> Markup:
    """A dot for each fold, and a diamond for all rows together."""
    values = [_known(item, metric) for item in candidates]
    wholes = [item["metrics"][metric] for item in candidates]

    def paint(axes: Any, place: int) -> None:
        known, whole = values[place], wholes[place]
        if known:
            axes.plot([min(known), max(known)], [place, place], color=MUTED, linewidth=1.5)
            axes.plot(
                known,
                [place] * len(known),
                "o",
                color=SERIES[0],
                markersize=8,
                markeredgewidth=1.5,
                fillstyle="none",
            )
        if whole is not None:
            axes.plot([whole], [place], marker="D", color=SERIES[1], markersize=8)

    facts = [
        f"{item['name']} {number(whole)}"
        + (f", by fold {number(min(known))} to {number(max(known))}" if known else "")
        for item, whole, known in zip(candidates, wholes, values, strict=True)
    ]
    name = METRIC_NAMES[metric]
    return draw_rows(
        "folds",
        f"{name} of all rows, and from the lowest to the highest fold: {listed(facts)}",
        [item["name"] for item in candidates],
        f"{name}: each fold (dot), all rows (diamond)",
        paint,
    )


def _known(item: CompletedCandidate, metric: str) -> list[float]:
    return [value for each in item["folds"] if (value := each["metrics"][metric]) is not None]
