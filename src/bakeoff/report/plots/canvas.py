"""Where plots are drawn: an empty figure in the report's style, which becomes SVG with the same bytes
whenever the same is drawn.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from typing import Any

from markupsafe import Markup
from matplotlib import rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.text import Text

from bakeoff.report.plots.palette import GRID, INK, MUTED
from bakeoff.report.plots.svg import inline
from bakeoff.report.text import clean

Paint = Callable[[Any], None]  # given matplotlib's Axes
WIDTH = 380
_POINTS_PER_INCH = 72  # of SVG written by matplotlib: one point becomes one CSS pixel
_STYLE: dict[str, Any] = {
    "svg.fonttype": "none",  # text stays text: small, selectable, in the page's font
    "text.parse_math": False,  # a "$" in a name is a dollar sign
    "font.size": 13,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.labelsize": 13,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.formatter.useoffset": False,
    "grid.color": GRID,
    "grid.linewidth": 1,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
    "legend.frameon": False,
    "legend.fontsize": 12,
    "path.simplify": False,
}
_NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))


def draw(name: str, label: str, height: float, paint: Paint, width: float = WIDTH) -> Markup:
    """An inline SVG of width x height CSS pixels; `name` is unique on the page, `label` its alternative text.

    matplotlib takes the style from global settings, so they are set for the time of drawing only.
    """
    style = {**_STYLE, "svg.hashsalt": name}
    with rc_context(style), warnings.catch_warnings():
        # The browser draws the text and has more fonts than matplotlib, which only estimates its width.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        size = (width / _POINTS_PER_INCH, height / _POINTS_PER_INCH)
        figure = Figure(figsize=size, dpi=_POINTS_PER_INCH, layout="constrained")
        FigureCanvasSVG(figure)
        paint(figure.add_subplot())
        return inline(_svg(figure), clean(label))


def _svg(figure: Any) -> str:
    for text in figure.findobj(Text):
        text.set_text(clean(text.get_text()))
    # Left to savefig, the layout costs a drawing of everything that nobody sees.
    figure.get_layout_engine().execute(figure)
    figure.set_layout_engine(None)
    written = io.StringIO()
    figure.savefig(written, format="svg", transparent=True, metadata=_NO_METADATA)
    return written.getvalue()
