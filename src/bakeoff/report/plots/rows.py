"""Plots with one row a candidate, its name above its mark, so that long names fit a phone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import Markup

from bakeoff.report.plots.canvas import draw
from bakeoff.report.plots.palette import INK

_ROW = 36
_AXIS = 56
_LONGEST_NAME = 48


def draw_rows(
    name: str,
    label: str,
    rows: Sequence[str],
    axis: str,
    paint: Callable[[Any, int], None],
    *,
    from_zero: bool = False,
) -> Markup:
    """One row for each of `rows`, top down; `paint` draws row i at y = i."""

    def paint_all(axes: Any) -> None:
        for place, text in enumerate(rows):
            paint(axes, place)
            _name(axes, place, text)
        _arrange(axes, len(rows), axis)
        if from_zero:
            axes.set_xlim(left=0)

    return draw(name, label, _AXIS + _ROW * len(rows), paint_all)


def _name(axes: Any, place: int, text: str) -> None:
    short = text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1]}…"
    axes.text(
        0.01,
        place - 0.22,
        " ".join(short.split()),
        transform=axes.get_yaxis_transform(),
        ha="left",
        va="bottom",
        color=INK,
    )


def _arrange(axes: Any, count: int, axis: str) -> None:
    axes.set_ylim(count - 0.55, -0.8)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.margins(x=0.08)
    axes.locator_params(axis="x", nbins=5)
    axes.set_xlabel(axis)
