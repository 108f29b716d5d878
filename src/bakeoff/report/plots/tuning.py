"""What a tuning job tried: what each training job reached, in order and over the values of one range."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from bakeoff.domain.run.documents import Objective, TunedRange
from bakeoff.report.plots.canvas import draw
from bakeoff.report.plots.palette import INK, MUTED, SERIES
from bakeoff.report.text import number, plural

_HEIGHT = 240
_LOGARITHMIC = "logarithmic"


def draw_trials(place: int, candidate: str, objective: Objective, reached: Sequence[float | None]) -> Markup:
    """What the trials reached, in their order; None for one without a value. A line has the best so far."""
    numbers = [position for position, value in enumerate(reached, 1) if value is not None]
    values = [value for value in reached if value is not None]
    best = _best_so_far(values, objective)

    def paint(axes: Any) -> None:
        axes.step(numbers, best, where="post", color=INK, linewidth=2)
        axes.scatter(numbers, values, s=28, color=SERIES[0], linewidths=0, zorder=3)
        axes.set(xlabel="Training job", ylabel=objective["metric"])
        axes.xaxis.get_major_locator().set_params(integer=True)

    label = (
        f"{objective['metric']} of the {plural(len(reached), 'training job')} that tuned {candidate}, in "
        f"their order: the first reached {number(values[0])}, the best {number(best[-1])}."
    )
    return draw(f"tuning-{place}", label, _HEIGHT, paint)


def draw_range(
    name: str,
    place: str,
    searched: TunedRange,
    metric: str,
    points: Sequence[tuple[str, float]],
    best: tuple[str, float],
) -> Markup:
    """What the trials reached over their values of one hyperparameter; a ring marks the `best` point."""
    listed = searched.get("categorical")
    positions = [float(listed.index(value) if listed else value) for value, _ in points]
    values = [value for _, value in points]
    # By both: of a whole number or a listed value, other trials often had the same one.
    ringed = [(positions[spot], values[spot]) for spot, point in enumerate(points) if point == best]

    def paint(axes: Any) -> None:
        if listed:
            axes.set_xticks(range(len(listed)), listed)
        else:
            _ends(axes, searched)
        axes.scatter(positions, values, s=22, color=SERIES[0], linewidths=0)
        for across, up in ringed[:1]:
            axes.plot([across], [up], "o", color=INK, fillstyle="none", markersize=11)
        axes.set(xlabel=name, ylabel=metric)

    label = f"{metric} over {name}, {plural(len(points), 'training job')}: the best had {best[0]}."
    return draw(f"tuning-{place}", label, _HEIGHT, paint)


def _ends(axes: Any, searched: TunedRange) -> None:
    """A line at each end, with its number and that of the middle."""
    low, high = map(float, searched.get("continuous") or searched.get("integer") or ())
    middle = (low + high) / 2
    if searched.get("scale") == _LOGARITHMIC:
        axes.set_xscale("log")
        axes.minorticks_off()
        middle = math.sqrt(low * high)
    axes.set_xticks([low, middle, high], [f"{tick:.3g}" for tick in (low, middle, high)])
    for end in (low, high):
        axes.axvline(end, color=MUTED, linewidth=1)


def _best_so_far(values: Sequence[float], objective: Objective) -> list[float]:
    better = min if objective["goal"] == "minimize" else max
    return [better(values[: count + 1]) for count in range(len(values))]
