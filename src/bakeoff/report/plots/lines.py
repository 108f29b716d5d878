"""Lines of several candidates between 0 and 1, over one that they are compared with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import Markup

from bakeoff.report.plots.canvas import draw
from bakeoff.report.plots.palette import DASHES, MARKERS, SERIES
from bakeoff.report.predictions import Values
from bakeoff.report.text import shortened

_HEIGHT, _LEGEND_ROW = 340, 20
_LONGEST_NAME = 26  # of a candidate, which has a number at its side

# What the legend says of it, and its points.
Line = tuple[str, Values, Values]


def draw_lines(
    name: str,
    label: str,
    lines: Sequence[Line],
    paint: Callable[[Any], None],
    titles: tuple[str, str],
    marks: Sequence[Any] = (),
) -> Markup:
    """`paint` draws what lies below the lines; `titles` are of both axes; `marks` are masks of those points
    of each line that are filled, the others are hollow: without them no points are marked.
    """

    def paint_all(axes: Any) -> None:
        paint(axes)
        for place, line in enumerate(lines):
            _line(axes, place, line, marks[place] if marks else None)
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), xlabel=titles[0], ylabel=titles[1])
        axes.figure.legend(loc="outside lower left", handlelength=3.5)

    return draw(name, label, _HEIGHT + _LEGEND_ROW * (len(lines) + 1), paint_all)


def in_legend(name: str) -> str:
    return shortened(" ".join(name.split()), _LONGEST_NAME)


def _line(axes: Any, place: int, line: Line, filled: Any) -> None:
    text, x, y = line
    style: dict[str, Any] = {"color": SERIES[place], "dashes": DASHES[place], "linewidth": 2}
    if filled is None:
        axes.plot(x, y, label=text, **style)
        return
    marker = {"marker": MARKERS[place], "color": SERIES[place], "linestyle": "none", "markersize": 7}
    axes.plot(x, y, **style)
    axes.plot(x[~filled], y[~filled], fillstyle="none", **marker)
    axes.plot(x[filled], y[filled], **marker)
    axes.plot([], [], label=text, marker=MARKERS[place], **style)
