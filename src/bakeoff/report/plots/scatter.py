"""Predictions against the truth, point by point: one pair of plots a candidate, all on the same axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup

from bakeoff.report.plots.bins import quantile_bins
from bakeoff.report.plots.canvas import draw
from bakeoff.report.plots.palette import INK, MUTED, SERIES
from bakeoff.report.predictions import Predicted, Values
from bakeoff.report.text import number, plural, signed

MAX_POINTS = 1500
_WIDTH, _HEIGHT = 360, 300
_TRENDS = 10
_FEW = 100  # so few points hardly cover each other


@dataclass(frozen=True)
class Axes:
    """Limits (low, high) that all candidates share, so that their plots can be compared by eye."""

    actual: tuple[float, float]
    predicted: tuple[float, float]
    error: tuple[float, float]


def shared_axes(candidates: Sequence[Predicted]) -> Axes:
    return Axes(
        _limits([item.actual for item in candidates]),
        _limits([item.predicted for item in candidates]),
        _limits([item.errors for item in candidates]),
    )


def thinned(values: Values) -> Values:
    """At most MAX_POINTS of the rows, evenly spaced: the same rows for every candidate and every time."""
    if len(values) <= MAX_POINTS:
        return values
    kept = np.linspace(0, len(values) - 1, MAX_POINTS).round().astype(np.intp)
    return np.take(values, kept)


def draw_agreement(item: Predicted, place: int, limits: Axes) -> Markup:
    """Predicted against actual; on the diagonal a prediction is right."""

    def paint(axes: Any) -> None:
        low = min(limits.actual[0], limits.predicted[0])
        high = max(limits.actual[1], limits.predicted[1])
        axes.plot([low, high], [low, high], color=MUTED, linewidth=1.5)
        _points(axes, item.actual, item.predicted)
        axes.set(xlim=limits.actual, ylim=limits.predicted, xlabel="Actual", ylabel="Predicted")

    half, most = np.quantile(np.abs(item.errors), [0.5, 0.95])
    label = (
        f"Predicted against actual of {item.name}, {plural(len(item.actual), 'row')}: half of the "
        f"predictions are within {number(half, 3)} of the actual value, 95% within {number(most, 3)}."
    )
    return draw(f"agreement-{place}", label, _HEIGHT, paint, _WIDTH)


def draw_residuals(item: Predicted, place: int, limits: Axes) -> Markup:
    """Errors against the predicted value, with their mean over tenths of the rows."""

    def paint(axes: Any) -> None:
        axes.axhline(0, color=MUTED, linewidth=1.5)
        _points(axes, item.predicted, item.errors)
        tenths = quantile_bins(item.predicted, _TRENDS)
        centres = [item.predicted[rows].mean() for rows in tenths]
        means = [item.errors[rows].mean() for rows in tenths]
        axes.plot(centres, means, color=INK, linewidth=2, marker="o", markersize=4)
        axes.set(xlim=limits.predicted, ylim=limits.error, xlabel="Predicted", ylabel="Predicted - actual")

    low, high = item.errors.min(), item.errors.max()
    label = (
        f"Residuals of {item.name}: predictions are off by {signed(item.errors.mean())} on average, "
        f"from {signed(low)} to {signed(high)}."
    )
    return draw(f"residuals-{place}", label, _HEIGHT, paint, _WIDTH)


def _points(axes: Any, x: Values, y: Values) -> None:
    opacity = 0.35 if len(x) > _FEW else 0.8
    axes.scatter(thinned(x), thinned(y), s=16, color=SERIES[0], alpha=opacity, linewidths=0)


def _limits(columns: Sequence[Values]) -> tuple[float, float]:
    low, high = min(map(np.min, columns)), max(map(np.max, columns))
    # A single value has no range of its own, and next to a huge one 1 would be lost by rounding.
    margin = 0.04 * (high - low) or max(1.0, 0.1 * abs(high))
    return float(low - margin), float(high + margin)
