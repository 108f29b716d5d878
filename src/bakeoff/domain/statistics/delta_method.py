"""Metric differences as smooth functions of means over rows, and their standard errors.

Every metric's difference between a candidate and the reference is a function of three means: of the *gap*
(the candidate's loss minus the reference's), of a *scale* that all candidates share, and of the *centred
label*. Its influence function is then u * gap + v * scale, up to a constant, so that first and second moments
of gap and scale give the difference and its standard error (the delta method) in every resample at once
(`bakeoff.domain.statistics.moments`).

    metric             loss                     scale                  difference
    rmse               squared error            the reference's loss   sqrt(scale + gap) - sqrt(scale)
    mae                absolute error           0                      gap
    r2                 squared error            squared centred label  -gap / (scale - centred label ** 2)
    relative_accuracy  relative absolute error  0                      -gap, of the rows whose label is not 0

Source: B. Efron and R. Tibshirani (1993), An Introduction to the Bootstrap, chapters 12 and 21.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bakeoff.domain.statistics.clusters import Clusters
from bakeoff.domain.statistics.moments import Moments, moments_of
from bakeoff.domain.statistics.resampling import Array

_LEAST_SPREAD = 1e-9
# A unit that is smaller than another by more than this has, squared, no digit left beside it.
_NEGLIGIBLE = 2.0**-100
_LARGEST_RATIO = 2.0**511  # its square is a float


def moments(
    metric: str, actual: Array, predicted: Array, reference: Array, clusters: Clusters | None = None
) -> Moments:
    """What resampling needs of the labels `actual`, shape (n,), the K candidates' predictions `predicted`,
    shape (n, K), the reference's, shape (n,), and the n rows' clusters (None: each row is one of its own).

    Raises ValueError when the metric is unknown.
    """
    if metric not in _PREPARED:
        raise ValueError(f"the metric {metric!r} is unknown; choose one of {', '.join(_PREPARED)}")
    return _PREPARED[metric](actual, predicted, reference, clusters or Clusters.of(None, len(actual)))


def plain_moments(gaps: Array, units: Array, clusters: Clusters) -> Moments:
    """Those of differences that are means over the rows: `gaps`, shape (n, K), times `units`, shape (K,)."""
    nothing = np.zeros(len(gaps))
    return moments_of(gaps, nothing, nothing, clusters, units, np.ones_like(units), _plain_difference)


def _rmse(actual: Array, predicted: Array, reference: Array, clusters: Clusters) -> Moments:
    errors, base = predicted - actual[:, None], (reference - actual)[:, None]
    units, own = _units(errors, base), _units(base)
    scale_units = np.minimum(own / units, 1.0)
    scale_units = np.where(scale_units > _NEGLIGIBLE, scale_units, 0.0) ** 2
    gaps, nothing = (errors / units) ** 2 - (base / units) ** 2, np.zeros(len(actual))
    scale = (base / own)[:, 0] ** 2
    return moments_of(gaps, scale, nothing, clusters, units, scale_units, _root_difference)


def _mae(actual: Array, predicted: Array, reference: Array, clusters: Clusters) -> Moments:
    errors, base = predicted - actual[:, None], (reference - actual)[:, None]
    units = _units(errors, base)
    return plain_moments(np.abs(errors / units) - np.abs(base / units), units, clusters)


def _r2(actual: Array, predicted: Array, reference: Array, clusters: Clusters) -> Moments:
    errors, base = predicted - actual[:, None], (reference - actual)[:, None]
    units, label_unit = _units(errors, base), _units(actual[:, None])
    label = actual / label_unit
    label = label - clusters.mean(label)
    gaps, ratios = (errors / units) ** 2 - (base / units) ** 2, np.minimum(units / label_unit, _LARGEST_RATIO)
    return moments_of(gaps, label**2, label, clusters, ratios**2, np.ones_like(units), _explained_difference)


def _relative_accuracy(actual: Array, predicted: Array, reference: Array, clusters: Clusters) -> Moments:
    kept = actual != 0
    labels = actual[kept, None]
    errors = np.abs((predicted[kept] - labels) / labels)
    base = np.abs((reference[kept, None] - labels) / labels)
    units = _units(errors, base)
    return plain_moments((errors - base) / units, -100 * units, clusters.select(kept))


_PREPARED: dict[str, Callable[[Array, Array, Array, Clusters], Moments]] = {
    "rmse": _rmse,
    "mae": _mae,
    "r2": _r2,
    "relative_accuracy": _relative_accuracy,
}


def _units(*values: Array) -> Array:
    """Powers of two of about the largest magnitude in each column of arrays of shape (n, K) or (n, 1).

    Each candidate has its own: in that of one whose training diverged, the others' errors would vanish, and
    their fourth powers with them. In their own, fourth powers stay within the range of floats.
    """
    largest = [np.max(np.abs(array), axis=0, initial=0.0) for array in values]
    # - 1, because ldexp(1, 1024) would overflow.
    units: Array = np.ldexp(1.0, np.frexp(np.maximum.reduce(np.broadcast_arrays(*largest)))[1] - 1)
    return units


def _plain_difference(gap: Array, scale: Array, label: Array) -> tuple[Array, Array, Array]:
    return gap, np.ones_like(gap), np.zeros_like(gap)


def _root_difference(gap: Array, scale: Array, label: Array) -> tuple[Array, Array, Array]:
    own, base = np.sqrt(np.maximum(scale + gap, 0.0)), np.sqrt(np.maximum(scale, 0.0))
    u = 0.5 * _reciprocal(own)
    return gap * _reciprocal(own + base), u, u - 0.5 * _reciprocal(base)


def _reciprocal(values: Array) -> Array:
    # A loss of exactly 0 has an influence of 0.
    return np.divide(1.0, values, out=np.zeros_like(values), where=values > 0)


def _explained_difference(gap: Array, scale: Array, label: Array) -> tuple[Array, Array, Array]:
    # The scale stays centred on the whole sample's mean label; in a resample that is off by O(1/n) only.
    spread = scale - label**2
    # Equal labels differ from their mean by rounding, which must not pass for a spread.
    defined = np.broadcast_to(spread > _LEAST_SPREAD * scale, gap.shape)
    u = -np.divide(1.0, spread, out=np.zeros_like(gap), where=defined)
    return np.where(defined, gap * u, np.inf), u, gap * u**2
