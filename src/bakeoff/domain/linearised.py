"""Metric differences as smooth functions of means over rows, and their standard errors.

Every metric's difference between a candidate and the reference is a function of three means: of the *gap*
(the candidate's loss minus the reference's), of a *scale* that all candidates share, and of the *centred
label*. Its influence function is then u * gap + v * scale, up to a constant, so that first and second moments
of gap and scale give the difference and its standard error (the delta method) in every resample at once.

    metric     loss                     scale                    difference
    rmse       squared error            the reference's loss     sqrt(scale + gap) - sqrt(scale)
    mae        absolute error           0                        gap
    r2         squared error            squared centred label    -gap / (scale - centred label ** 2)
    accuracy   relative absolute error  0                        -gap, over the rows whose label is not 0

Source: B. Efron and R. Tibshirani (1993), An Introduction to the Bootstrap, chapters 12 and 21.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bakeoff.domain.resampling import Array, on_exact_grid

Linearisation = tuple[Array, Array, Array]

_LEAST_SPREAD = 1e-9


@dataclass(frozen=True)
class Moments:
    """Columns of n rows whose means in a resample give the differences of K candidates in it.

    `columns`, shape (n, 3 K + 3): gaps and scale about their means, the centred label, the squared scale,
    the gaps times the scale and the squared gaps. `unit` turns a difference into the metric's own unit.
    """

    columns: Array
    gap_means: Array
    scale_mean: float
    unit: float
    linearise: Callable[[Array, Array, Array], Linearisation]

    @property
    def rows(self) -> int:
        return len(self.columns)

    def differences(self, counts: Array) -> tuple[Array, Array]:
        """Differences and their standard errors, both of shape (b, K) and in `unit`, in b resamples that hold
        each row as often as `counts`, shape (b, n), says. A difference that a resample leaves undefined is
        infinite.
        """
        means = counts @ self.columns / self.rows
        shared, (gap, product, square) = means[:, :3], np.split(means[:, 3:], 3, axis=1)
        scale, label, scale_square = shared[:, :1], shared[:, 1:2], shared[:, 2:]
        difference, u, v = self.linearise(gap + self.gap_means, scale + self.scale_mean, label)
        variance = u**2 * (square - gap**2) + 2 * u * v * (product - gap * scale)
        variance += v**2 * (scale_square - scale**2)
        return difference, np.sqrt(np.maximum(variance, 0.0) / self.rows)


def moments(metric: str, actual: Array, predicted: Array, reference: Array) -> Moments:
    """What resampling needs of the labels `actual`, shape (n,), the K candidates' predictions `predicted`,
    shape (n, K), and the reference's, shape (n,).

    Raises ValueError when the metric is unknown.
    """
    if metric not in _PREPARED:
        raise ValueError(f"the metric {metric!r} is unknown; choose one of {', '.join(_PREPARED)}")
    return _PREPARED[metric](actual, predicted, reference)


def _rmse(actual: Array, predicted: Array, reference: Array) -> Moments:
    errors, base, unit = _errors(actual, predicted, reference)
    return _moments(errors**2 - base**2, base[:, 0] ** 2, np.zeros(len(actual)), unit, _root_difference)


def _mae(actual: Array, predicted: Array, reference: Array) -> Moments:
    errors, base, unit = _errors(actual, predicted, reference)
    nothing = np.zeros(len(actual))
    return _moments(np.abs(errors) - np.abs(base), nothing, nothing, unit, _plain_difference)


def _r2(actual: Array, predicted: Array, reference: Array) -> Moments:
    errors, base, unit = _errors(actual, predicted, reference)
    label_unit = _power_of_two(actual)
    label = actual / label_unit
    label = label - math.fsum(label) / len(label)
    return _moments(errors**2 - base**2, label**2, label, (unit / label_unit) ** 2, _explained_difference)


def _accuracy(actual: Array, predicted: Array, reference: Array) -> Moments:
    kept = actual != 0
    labels = actual[kept, None]
    errors = np.abs((predicted[kept] - labels) / labels)
    base = np.abs((reference[kept, None] - labels) / labels)
    unit = _power_of_two(errors, base)
    nothing = np.zeros(len(labels))
    return _moments((errors - base) / unit, nothing, nothing, -100 * unit, _plain_difference)


_PREPARED = {"rmse": _rmse, "mae": _mae, "r2": _r2, "accuracy": _accuracy}


def _errors(actual: Array, predicted: Array, reference: Array) -> tuple[Array, Array, float]:
    # Errors in units of about their largest: their fourth powers then stay within the range of floats.
    errors, base = predicted - actual[:, None], (reference - actual)[:, None]
    unit = _power_of_two(errors, base)
    return errors / unit, base / unit, unit


def _power_of_two(*values: Array) -> float:
    largest = max(float(np.max(np.abs(array), initial=0.0)) for array in values)
    # One bit less than the exponent asks for: the power above the largest float is none.
    return math.ldexp(1.0, math.frexp(largest)[1] - 1)


def _moments(
    gaps: Array,
    scale: Array,
    label: Array,
    unit: float,
    linearise: Callable[[Array, Array, Array], Linearisation],
) -> Moments:
    # About their means, the second moments lose no digits to cancellation.
    gap_means = np.array([math.fsum(gap) / len(gap) for gap in gaps.T])
    scale_mean = math.fsum(scale) / len(scale)
    gap, spread = gaps - gap_means, (scale - scale_mean)[:, None]
    columns = np.hstack([spread, label[:, None], spread**2, gap, gap * spread, gap**2])
    return Moments(on_exact_grid(columns), gap_means, scale_mean, unit, linearise)


def _plain_difference(gap: Array, scale: Array, label: Array) -> Linearisation:
    return gap, np.ones_like(gap), np.zeros_like(gap)


def _root_difference(gap: Array, scale: Array, label: Array) -> Linearisation:
    own, base = np.sqrt(np.maximum(scale + gap, 0.0)), np.sqrt(np.maximum(scale, 0.0))
    u = 0.5 * _reciprocal(own)
    return gap * _reciprocal(own + base), u, u - 0.5 * _reciprocal(base)


def _reciprocal(values: Array) -> Array:
    # The root of a loss of nothing but zeros does not vary.
    return np.divide(1.0, values, out=np.zeros_like(values), where=values > 0)


def _explained_difference(gap: Array, scale: Array, label: Array) -> Linearisation:
    # The scale stays centred on the whole sample's mean label; in a resample that is off by O(1/n) only.
    spread = scale - label**2
    # Equal labels differ from their mean by rounding, which must not pass for a spread.
    defined = np.broadcast_to(spread > _LEAST_SPREAD * scale, gap.shape)
    u = -np.divide(1.0, spread, out=np.zeros_like(gap), where=defined)
    return np.where(defined, gap * u, np.inf), u, gap * u**2
