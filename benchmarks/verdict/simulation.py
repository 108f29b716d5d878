"""What intervals and winners are worth where the truth is known: samples drawn from fixed populations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np

from bakeoff.domain.statistics.bootstrap import ERROR_FLOOR, paired_bootstrap
from bakeoff.domain.statistics.delta_method import moments
from bakeoff.domain.statistics.metrics import measure
from bakeoff.domain.statistics.resampling import Array, draw_counts
from bakeoff.domain.verdict.options import MIN_RESAMPLES, Candidate, VerdictOptions
from bakeoff.domain.verdict.reach import reach_verdict
from benchmarks.verdict.abalone import SEED, Run, runs
from benchmarks.verdict.rates import Rate

SIMULATIONS = 1000
EQUAL_SIMULATIONS = 2000
CONFIDENCE = 0.95
# Equal candidates are no trained models: the test alone is to keep its level, without what is added for them.
MANY_TRAIN_ROWS, ANY_LEAD = 10**9, VerdictOptions(equivalence_margin=0)
ABALONE_SPLITS = 7  # whose test rows make a population of about the size of the data
Interval = tuple[float, float]


@dataclass(frozen=True)
class Population:
    """Labels and two candidates' predictions of all rows, each of shape (N,): the truth to be found."""

    name: str
    actual: Array
    candidate: Array
    reference: Array

    def difference(self, metric: str) -> float:
        return _metric(metric, self.actual, self.candidate) - _metric(metric, self.actual, self.reference)

    def sample(self, rows: int, draw: np.random.Generator) -> Population:
        kept = draw.integers(0, len(self.actual), rows)
        return Population(self.name, self.actual[kept], self.candidate[kept], self.reference[kept])


def _metric(metric: str, actual: Array, predicted: Array) -> float:
    return float(getattr(measure(actual.tolist(), predicted.tolist()), metric))


def populations(data: Path) -> dict[str, Population]:
    """Errors of 100,000 made-up rows, and the held-out rows of several real splits."""
    draw = np.random.default_rng(SEED)
    rows = 100_000
    labels = 1 + draw.gamma(3, 3, rows)
    errors = {
        "normal errors": draw.standard_normal(rows),
        "heavy-tailed errors": draw.standard_t(5, rows),
        "skewed errors": draw.exponential(1, rows) - 1,
    }
    made_up = {
        name: Population(
            name,
            labels,
            labels + error + 0.3 * draw.standard_normal(rows),
            labels + error + 0.1 * draw.standard_normal(rows),
        )
        for name, error in errors.items()
    }
    return {"Abalone": _abalone(list(islice(runs(data, SEED), ABALONE_SPLITS)))} | made_up


def _abalone(held_out: list[Run]) -> Population:
    return Population(
        "Abalone",
        np.concatenate([run.actual for run in held_out]),
        np.concatenate([run.least_squares for run in held_out]),
        np.concatenate([run.xgboost for run in held_out]),
    )


def coverage(
    population: Population, metric: str, rows: int, method: Callable[..., Interval]
) -> dict[str, Any]:
    """How often the interval holds the known difference."""
    truth = population.difference(metric)
    below = above = 0
    for number in range(SIMULATIONS):
        sample = population.sample(rows, np.random.default_rng([SEED, rows, number]))
        low, high = method(metric, sample, number)
        below, above = below + (high < truth), above + (low > truth)
    return {
        "population": population.name,
        "metric": metric,
        "rows": rows,
        "method": method.__name__,
        "covered": Rate(SIMULATIONS - below - above, SIMULATIONS).as_dict(),
        "below": below,
        "above": above,
    }


def symmetric_t(metric: str, sample: Population, seed: int, error_floor: float = ERROR_FLOOR) -> Interval:
    """The product's own interval."""
    [found] = paired_bootstrap(
        metric,
        sample.actual,
        sample.candidate[:, None],
        sample.reference,
        confidence=CONFIDENCE,
        resamples=MIN_RESAMPLES,
        seed=seed,
        error_floor=error_floor,
    )
    return found.difference - found.half_width, found.difference + found.half_width


def percentile(metric: str, sample: Population, seed: int) -> Interval:
    replicates, _ = _replicates(metric, sample, seed)
    return _quantiles(replicates, (1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2)


def bca(metric: str, sample: Population, seed: int) -> Interval:
    """Bias-corrected and accelerated: Efron and Tibshirani (1993), section 14.3."""
    replicates, leave_one_out = _replicates(metric, sample, seed)
    normal, centred = NormalDist(), leave_one_out.mean() - leave_one_out
    acceleration = float((centred**3).sum() / (6 * (centred**2).sum() ** 1.5))
    bias = normal.inv_cdf(float(np.mean(replicates < sample.difference(metric))))
    z = [bias + normal.inv_cdf(level) for level in ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2)]
    return _quantiles(replicates, *(normal.cdf(bias + value / (1 - acceleration * value)) for value in z))


def _replicates(metric: str, sample: Population, seed: int) -> tuple[Array, Array]:
    """The differences in all resamples, and without each row in turn."""
    found = moments(metric, sample.actual, sample.candidate[:, None], sample.reference)
    rows = found.clusters
    drawn = [found.differences(counts)[0][:, 0] for counts in draw_counts(rows, MIN_RESAMPLES, seed)]
    without = found.differences((1 - np.eye(rows)) * rows / (rows - 1))[0][:, 0]
    return np.concatenate(drawn) * found.units, without * found.units


def _quantiles(replicates: Array, low: float, high: float) -> Interval:
    bounds = np.quantile(replicates, [low, high])
    return float(bounds[0]), float(bounds[1])


def false_winners(candidates: int, rows: int) -> dict[str, Any]:
    """How often one of equally good candidates is called the winner."""
    winners = 0
    for number in range(EQUAL_SIMULATIONS):
        labels, predicted = equal_candidates(candidates, rows, number)
        field = [Candidate(f"equal {place}", own) for place, own in enumerate(predicted)]
        winners += reach_verdict(labels, field, MANY_TRAIN_ROWS, ANY_LEAD)["outcome"] == "winner"
    return {
        "candidates": candidates,
        "rows": rows,
        "false_winners": Rate(winners, EQUAL_SIMULATIONS).as_dict(),
    }


def equal_candidates(candidates: int, rows: int, number: int) -> tuple[Array, list[Array]]:
    """The labels of one simulation, and predictions that are as good as each other, all of shape (rows,)."""
    draw = np.random.default_rng([SEED, candidates, rows, number])
    labels = 1 + draw.gamma(3, 3, rows)
    shared = labels + draw.exponential(1, rows) - 1
    return labels, [shared + 0.3 * draw.standard_normal(rows) for _ in range(candidates)]
