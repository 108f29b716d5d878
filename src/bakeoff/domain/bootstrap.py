"""The paired bootstrap: how far a metric's difference on the same rows can be trusted."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bakeoff.domain.linearised import Moments, moments
from bakeoff.domain.resampling import CHUNK_ELEMENTS, Array, draw_counts


@dataclass(frozen=True)
class PairedDifference:
    """One candidate's metric minus the reference's, in the metric's unit (accuracy: percentage points).

    The interval is `difference` -+ `half_width`; `p_value` is two-sided, above 0 and at most 1;
    `standard_error` is the delta method's, on the whole sample.
    """

    difference: float
    standard_error: float
    half_width: float
    p_value: float


def paired_bootstrap(
    metric: str,
    actual: Array,
    predicted: Array,
    reference: Array,
    *,
    confidence: float,
    resamples: int,
    seed: int,
    chunk_elements: int = CHUNK_ELEMENTS,
) -> list[PairedDifference]:
    """The K candidates' metric differences to the reference, with symmetric bootstrap-t intervals.

    `actual` and `reference` have shape (n,), `predicted` (n, K), all finite, in the label's unit; `metric` is
    rmse, mae, r2 or accuracy as `bakeoff.domain.metrics.measure` defines them. Every resample draws n rows
    (accuracy: as many as have a label other than 0) with replacement, the same ones for every candidate.

    With t* the studentised deviations |difference* - difference| / standard_error*, and t that of the
    difference from 0, the p-value is (1 + #{t* >= t}) / (1 + resamples). The interval reaches as many
    standard errors to both sides as the t* that belongs to the confidence: 0 lies outside it if and only if
    the p-value is at most 1 - confidence. Of the usual intervals it is the one whose measured coverage holds
    from MIN_TEST_ROWS on (benchmarks/results/verdict.md).

    Equal arguments give equal bits, whatever the machine, its threads or `chunk_elements`. Time grows with
    n * K * resamples, memory with n * K.

    Raises ValueError when the metric is unknown, no row can be resampled, or the resamples are too few for
    the confidence.
    Sources: P. Hall (1988), On symmetric bootstrap confidence intervals, Journal of the Royal Statistical
    Society B 50, 35-45; A. Davison and D. Hinkley (1997), Bootstrap Methods and their Application, section
    4.2 (the p-value); B. Efron and R. Tibshirani (1993), An Introduction to the Bootstrap, section 12.5.
    """
    rank = _rank(confidence, resamples)
    sample = moments(metric, actual, predicted, reference)
    estimates, errors = (values[0] for values in sample.differences(np.ones((1, sample.rows))))
    deviations = np.empty((resamples, len(estimates)))
    studentised = np.empty_like(deviations)
    filled = 0
    for counts in draw_counts(sample.rows, resamples, seed, chunk_elements):
        drawn = slice(filled, filled := filled + len(counts))
        deviations[drawn], studentised[drawn] = _deviations(sample, counts, estimates)
    return [
        _judged(estimate, error, deviation, t, rank, sample.unit)
        for estimate, error, deviation, t in zip(
            estimates.tolist(), errors.tolist(), deviations.T, studentised.T, strict=True
        )
    ]


def _rank(confidence: float, resamples: int) -> int:
    # The least rank that leaves a share of 1 - confidence of resamples + 1 at or above it; 0.95 * 10_000 is
    # meant to be 9,500 and not a rounding error more.
    rank = math.ceil(round(confidence * (resamples + 1), 6))
    if not 0 < confidence < 1 or rank > resamples:
        raise ValueError(f"a confidence of {confidence} cannot be judged with {resamples} resamples")
    return rank


def _deviations(sample: Moments, counts: Array, estimates: Array) -> tuple[Array, Array]:
    differences, errors = sample.differences(counts)
    deviations = np.abs(differences - estimates)
    return deviations, _studentised(deviations, errors)


def _studentised(deviations: Array, errors: Array) -> Array:
    # A resample of equal rows has no standard error: any deviation in it counts as extreme.
    extreme = np.where(deviations > 0, np.inf, 0.0)
    return np.divide(deviations, errors, out=extreme, where=errors > 0)


def _judged(
    estimate: float, error: float, deviations: Array, studentised: Array, rank: int, unit: float
) -> PairedDifference:
    t = float(_studentised(np.array([abs(estimate)]), np.array([error]))[0])
    half = float(np.partition(studentised, rank - 1)[rank - 1]) * error
    if not math.isfinite(half):
        # So few rows differ that many resamples hold none of them: the plain deviations must do, and such a
        # difference, whose p-value is beyond the limit, keeps 0 in its interval.
        half = max(float(np.partition(deviations, rank - 1)[rank - 1]), abs(estimate))
    return PairedDifference(
        difference=estimate * unit,
        standard_error=error * abs(unit),
        half_width=half * abs(unit),
        p_value=(1 + int(np.count_nonzero(studentised >= t))) / (1 + len(studentised)),
    )
