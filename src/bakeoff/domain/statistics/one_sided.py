"""The paired bootstrap of a claim that points one way: that a candidate is better by more than a margin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bakeoff.domain.statistics.bootstrap import ERROR_FLOOR
from bakeoff.domain.statistics.moments import Moments
from bakeoff.domain.statistics.resampling import CHUNK_ELEMENTS, Array, draw_counts


@dataclass(frozen=True)
class Improvement:
    """How much better a candidate is than the reference, in the metric's unit, and the p-value of the claim
    that it is better by more than the margin: above 0 and at most 1.
    """

    improvement: float
    p_value: float


def improvements(
    sample: Moments,
    *,
    lower_is_better: bool,
    margin: float,
    resamples: int,
    seed: int,
    error_floor: float = ERROR_FLOOR,
    chunk_elements: int = CHUNK_ELEMENTS,
) -> list[Improvement]:
    """Of each of `sample`'s K candidates over the reference; `margin` is in the metric's unit.

    With t the improvement beyond the margin in standard errors, and t* the deviations of the resamples'
    improvements from the sample's in their own, which are at least `error_floor` times the sample's, the
    p-value is (1 + #{t* >= t}) / (1 + resamples). The draws are those of the two-sided test; a resample that
    leaves the metric undefined speaks against every claim. Nothing is claimed of predictions that differ
    nowhere. Equal arguments give equal bits on every machine.

    Raises ValueError when no row can be resampled.
    Source: P. Hall (1988), Theoretical comparison of bootstrap confidence intervals, Annals of Statistics 16,
    927-953 (one-sided bootstrap-t); and as `bootstrap.bootstrap_moments`.
    """
    better = np.where(lower_is_better, -1.0, 1.0) * np.sign(sample.units)
    estimates, errors = sample.in_sample()
    unit = np.abs(sample.units)
    gains = better * estimates
    t = _in_errors(gains - margin / unit, errors, of_none=-np.inf)
    at_least = np.zeros(len(t), dtype=np.int64)
    for counts in draw_counts(sample.clusters, resamples, seed, chunk_elements):
        drawn, own_errors = sample.differences(counts)
        deviations = np.where(np.isfinite(drawn), better * (drawn - estimates), np.inf)
        at_least += np.count_nonzero(
            _in_errors(deviations, np.maximum(own_errors, error_floor * errors), of_none=0.0) >= t, axis=0
        )
    p_values = (1 + at_least) / (1 + resamples)
    return [Improvement(float(gain), float(p)) for gain, p in zip(gains * unit, p_values, strict=True)]


def _in_errors(values: Array, errors: Array, of_none: float) -> Array:
    """Where there is no error any other value than 0 is beyond measure, and 0 is `of_none`."""
    certain = np.where(values == 0, of_none, np.copysign(np.inf, values))
    return np.divide(values, errors, out=certain, where=(errors > 0) & np.isfinite(values))
