"""The paired bootstrap: how far a metric's difference on the same rows can be trusted."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bakeoff.domain.statistics.claim import NO_CLAIM, Claim
from bakeoff.domain.statistics.clusters import Clusters
from bakeoff.domain.statistics.delta_method import moments
from bakeoff.domain.statistics.moments import Moments
from bakeoff.domain.statistics.resampling import CHUNK_ELEMENTS, Array, draw_counts

# Of the sample's standard error; benchmarks/results/verdict.md measures what other floors would do.
ERROR_FLOOR = 0.75


@dataclass(frozen=True)
class PairedDifference:
    """One candidate's metric minus the reference's, in the metric's unit (relative_accuracy: percentage
    points).

    The interval is `difference` -+ `half_width`, which is infinite when too many resamples leave the metric
    undefined (r2 of labels that are nearly all equal); `p_value` is two-sided, above 0 and at most 1, and
    that of the claim made of the difference, `claim_p_value`, never below it; `standard_error` is the delta
    method's, on the whole sample.
    """

    difference: float
    standard_error: float
    half_width: float
    p_value: float
    claim_p_value: float


def paired_bootstrap(
    metric: str,
    actual: Array,
    predicted: Array,
    reference: Array,
    *,
    confidence: float,
    resamples: int,
    seed: int,
    claim: Claim = NO_CLAIM,
    clusters: Clusters | None = None,
    error_floor: float = ERROR_FLOOR,
    chunk_elements: int = CHUNK_ELEMENTS,
) -> list[PairedDifference]:
    """The K candidates' differences to the reference in a metric of regression, as `bootstrap_moments` has
    them.

    `actual` and `reference` have shape (n,), `predicted` (n, K), all finite, in the label's unit; `metric` is
    rmse, mae, r2 or relative_accuracy as `metrics.measure` defines them; `clusters` are the rows' (None: each
    row is one; relative_accuracy: of the rows with a label other than 0).

    Raises ValueError when the metric is unknown, and as `bootstrap_moments` does.
    """
    return bootstrap_moments(
        moments(metric, actual, predicted, reference, clusters),
        confidence=confidence,
        resamples=resamples,
        seed=seed,
        claim=claim,
        error_floor=error_floor,
        chunk_elements=chunk_elements,
    )


def bootstrap_moments(
    sample: Moments,
    *,
    confidence: float,
    resamples: int,
    seed: int,
    claim: Claim = NO_CLAIM,
    error_floor: float = ERROR_FLOOR,
    chunk_elements: int = CHUNK_ELEMENTS,
) -> list[PairedDifference]:
    """The differences of `sample`'s K candidates, with symmetric bootstrap-t intervals.

    Every resample draws as many clusters of rows as there are with replacement, the same ones for every
    candidate.

    With t* the studentised deviations |difference* - difference| / max(standard_error*, `error_floor` times
    standard_error), and t that of the difference from 0, the p-value is (1 + #{t* >= t}) / (1 + resamples).
    The interval reaches as many standard errors to both sides as the t* that belongs to the confidence: 0
    lies outside it if and only if the p-value is at most 1 - confidence. Percentile and BCa intervals cover
    too little on a few hundred rows (benchmarks/results/verdict.md). The claim's p-value takes t of the part
    of the difference that the claim leaves, in its inflated standard errors.

    Equal arguments give equal bits, whatever the machine, its threads or `chunk_elements`. Time grows with
    n * K * resamples, memory with n * K.

    Raises ValueError when no row can be resampled, or the resamples are too few for the confidence.
    Sources: P. Hall (1988), On symmetric bootstrap confidence intervals, Journal of the Royal Statistical
    Society B 50, 35-45; A. Davison and D. Hinkley (1997), Bootstrap Methods and their Application, section
    4.2 (the p-value); B. Efron and R. Tibshirani (1993), An Introduction to the Bootstrap, section 12.5.
    """
    rank = _rank(confidence, resamples)
    estimates, errors = sample.in_sample()
    drawn = draw_counts(sample.clusters, resamples, seed, chunk_elements)
    studentised = np.concatenate(
        [_deviations(sample, counts, estimates, error_floor * errors) for counts in drawn]
    )
    t = _studentised(estimates, errors)
    reach = np.where(errors > 0, np.partition(studentised, rank - 1, axis=0)[rank - 1], 0.0)
    unit = np.abs(sample.units)
    kept = claim.shrink_factors(np.abs(estimates) * unit)
    claimed = np.multiply(t, kept, out=np.zeros_like(t), where=kept > 0)
    units, half_widths = sample.units, reach * errors * unit
    p_values, claimed_p_values = _p_values(studentised, t), _p_values(studentised, claimed)
    return [
        PairedDifference(
            difference=float(estimates[k] * units[k]),
            standard_error=float(errors[k] * unit[k]),
            half_width=float(half_widths[k]),
            p_value=float(p_values[k]),
            claim_p_value=float(claimed_p_values[k]),
        )
        for k in range(len(t))
    ]


def _rank(confidence: float, resamples: int) -> int:
    # The least rank that leaves a share of 1 - confidence of resamples + 1 at or above it; 0.95 * 10_000 is
    # meant to be 9,500 and not a rounding error more.
    rank = math.ceil(round(confidence * (resamples + 1), 6))
    if not 0 < confidence < 1 or rank > resamples:
        raise ValueError(f"a confidence of {confidence} cannot be judged with {resamples} resamples")
    return rank


def _p_values(studentised: Array, t: Array) -> Array:
    p_values: Array = (1 + np.count_nonzero(studentised >= t, axis=0)) / (1 + len(studentised))
    return p_values


def _deviations(sample: Moments, counts: Array, estimates: Array, least_errors: Array) -> Array:
    # A resample without the rows that carry most of the error has a standard error that is far too small;
    # left alone, its enormous t would hide a difference that only an outlier disputes.
    differences, errors = sample.differences(counts)
    return _studentised(differences - estimates, np.maximum(errors, least_errors))


def _studentised(deviations: Array, errors: Array) -> Array:
    certain = np.where(deviations == 0, 0.0, np.inf)
    return np.divide(np.abs(deviations), errors, out=certain, where=errors > 0)
