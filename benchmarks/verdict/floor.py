"""What the floor under a resample's standard error does to intervals and to winners.

The higher it is, the more winners where one row is grossly mispredicted, and the fewer intervals that hold
the truth on few rows: at 0 it is the plain bootstrap-t, and near 1 an interval without studentising.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from bakeoff.domain.statistics.bootstrap import ERROR_FLOOR, paired_bootstrap
from bakeoff.domain.statistics.claim import Claim
from bakeoff.domain.statistics.metrics import measure
from bakeoff.domain.verdict.claim import inflation_of, margin_of
from bakeoff.domain.verdict.options import VerdictOptions
from benchmarks.verdict.abalone import RUNS, Split, splits
from benchmarks.verdict.rates import Rate
from benchmarks.verdict.simulation import Interval, Population, coverage, populations, symmetric_t

FLOORS = (0.0, 0.5, ERROR_FLOOR, 1.0)
DRAWS = range(1000, 1030)
SIZES = (50, 100)  # on more rows resamples resemble the sample, and the floor is hardly ever reached


def judge_floor(data: Path, floor: float) -> dict[str, Any]:
    """The coverage of the intervals, and how often least squares wins against the mean of the labels."""

    def interval(metric: str, sample: Population, seed: int) -> Interval:
        return symmetric_t(metric, sample, seed, floor)

    with threadpool_limits(1, "blas"):
        covered = [
            coverage(population, "rmse", rows, interval)
            for population in populations(data).values()
            for rows in SIZES
        ]
        won = [sum(_wins(split, floor) for split in splits(data, seed)) for seed in DRAWS]
    return {
        "floor": floor,
        "in_use": floor == ERROR_FLOOR,
        "coverage": [{key: cell[key] for key in ("population", "rows", "covered")} for cell in covered],
        "draws": len(DRAWS),
        "draws_won_throughout": won.count(RUNS),
        "least_squares_wins": Rate(sum(won), RUNS * len(DRAWS)).as_dict(),
    }


def _wins(split: Split, floor: float) -> bool:
    options = VerdictOptions()
    fitted, mean = split.least_squares(), split.mean()
    own, other = (measure(split.test_labels.tolist(), each.tolist()).rmse for each in (fitted, mean))
    claim = Claim(margin_of(options, own), inflation_of(len(split.test_labels), len(split.labels)))
    [found] = paired_bootstrap(
        options.metric,
        split.test_labels,
        mean[:, np.newaxis],
        fitted,
        confidence=options.confidence,
        resamples=options.resamples,
        seed=options.seed,
        claim=claim,
        error_floor=floor,
    )
    return own < other and found.claim_p_value <= options.alpha
