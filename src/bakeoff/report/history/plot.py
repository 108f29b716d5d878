"""The candidates' metric over the runs of one data set, with intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from bakeoff.domain.run.documents import PastCandidate, PastRun
from bakeoff.report.history.production import Reign, runs_before, spread
from bakeoff.report.plots.canvas import draw
from bakeoff.report.plots.palette import DASHES, INK, MARKERS, MUTED, SERIES
from bakeoff.report.text import listed, number, shortened

# As wide as its card on a desktop; a narrower screen scrolls it.
_WIDTH, _HEIGHT = 960, 320
_LEGEND_COLUMNS, _LEGEND_ROW = 3, 20
_MOST_TICKS = 25
# Of the lines at changes, which cross the plot: a dash pattern a kind.
_KINDS = {"promotion": (), "rollback": (4, 3)}


def draw_history(
    place: int, runs: Sequence[PastRun], names: Sequence[str], metric: str, changes: Sequence[Reign] = ()
) -> Markup:
    """One line for each of `names`, at most as many as there are colours, over `runs`, oldest first, and one
    across at each of `changes`, oldest first. Where none is known between two runs that found different
    models in production, it is marked that it changed.
    """
    gaps = runs_before(runs, changes)
    unknown = [
        at
        for at, (last, run) in enumerate(pairwise(runs), 2)
        if _live(last) != _live(run) and at - 1 not in gaps
    ]
    values = [{each["name"]: each for each in run["candidates"]} for run in runs]

    def paint(axes: Any) -> None:
        trivial = [(at, run["baseline"]) for at, run in enumerate(runs, 1) if run["baseline"] is not None]
        if trivial:
            places, heights = zip(*trivial, strict=True)
            axes.plot(places, heights, color=MUTED, marker="_", dashes=(2, 2), label="baseline")
        for series, name in enumerate(names):
            # Beside each other, so that no interval hides another.
            offset = (series - (len(names) - 1) / 2) * 0.06
            own = [(at + offset, each[name]) for at, each in enumerate(values, 1) if name in each]
            _draw_candidate(axes, series, name, [point for point in own if point[1]["value"] is not None])
        _across(axes, [at - 0.5 for at in unknown], "production changed", MUTED, (1, 3) if changes else ())
        for kind, dashes in _KINDS.items():
            placed = zip(spread(gaps), changes, strict=True)
            _across(axes, [x for x, change in placed if change["kind"] == kind], kind, INK, dashes)
        axes.set_xlim(0 if 0 in gaps else 0.5, len(runs) + (1 if len(runs) in gaps else 0.5))
        axes.set(xlabel="Run, oldest first", ylabel=metric)
        axes.set_xticks(range(1, len(runs) + 1, 1 + len(runs) // _MOST_TICKS))
        axes.figure.legend(loc="outside lower left", handlelength=3.5, ncols=_LEGEND_COLUMNS)

    facts = [
        f"{name} {number(values[-1][name]['value'])}" if name in values[-1] else f"{name} not in the last run"
        for name in names
    ]
    changed = f", with another model in production from run {', '.join(map(str, unknown))}" if unknown else ""
    told = "".join(
        f", {change['kind']} {f'after run {gap}' if gap else 'before run 1'}"
        for gap, change in zip(gaps, changes, strict=True)
    )
    label = (
        f"{metric} of each candidate over {len(runs)} runs{changed}{told}; in the last one: {listed(facts)}"
    )
    legend_rows = math.ceil((len(names) + 2 + len({each["kind"] for each in changes})) / _LEGEND_COLUMNS)
    return draw(f"history-{place}", label, _HEIGHT + _LEGEND_ROW * legend_rows, paint, _WIDTH)


def _draw_candidate(axes: Any, series: int, name: str, points: Sequence[tuple[float, PastCandidate]]) -> None:
    for at, point in points:
        if point["ci_low"] is not None:
            axes.plot([at, at], [point["ci_low"], point["ci_high"]], color=SERIES[series], linewidth=2)
    axes.plot(
        [at for at, _ in points],
        [point["value"] for _, point in points],
        color=SERIES[series],
        marker=MARKERS[series],
        dashes=DASHES[series],
        label=shortened(name, 40),
    )


def _across(axes: Any, places: Sequence[float], label: str, color: str, dashes: tuple[float, ...]) -> None:
    """Lines from the bottom to the top, with one entry in the legend."""
    for place in places:
        axes.axvline(place, color=color, linewidth=1, dashes=dashes)
    if places:
        axes.plot([], [], color=color, linewidth=1, dashes=dashes, label=label)


def _live(run: PastRun) -> tuple[str, str] | None:
    """What was in production, as far as it is known."""
    champion = run.get("champion")
    return (champion["run_id"], champion["candidate"]) if champion else None
