"""How often a model in production is replaced by one that is no better, on the verdict's draws."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from bakeoff.domain.promotion.challenge import challenge
from bakeoff.domain.statistics.resampling import Array
from bakeoff.domain.verdict.options import Candidate, VerdictOptions
from benchmarks.verdict.abalone import XGBOOST_SEEDS, runs
from benchmarks.verdict.rates import Rate
from benchmarks.verdict.simulation import ANY_LEAD, equal_candidates

# The first of the verdict's draws: a decision takes 10,000 resamples like a verdict.
SPLITS, TRIALS = 100, 500
USUAL = VerdictOptions()


def judge_promotions(data: Path, seed: int) -> dict[str, Any]:
    """The catalogue's XGBoost in production, trained once more with another seed; and two plain truths."""
    same = better = worse = 0
    for run in islice(runs(data, seed), SPLITS):
        same += replaced(run.actual, run.xgboost, [run.xgboost_again], USUAL)
        better += replaced(run.actual, run.mean, [run.least_squares], USUAL)
        worse += replaced(run.actual, run.least_squares, [run.mean], USUAL)
    return {
        "seed": seed,
        "xgboost_seeds": XGBOOST_SEEDS,
        "same_algorithm": Rate(same, SPLITS).as_dict(),
        "mean_by_least_squares": Rate(better, SPLITS).as_dict(),
        "least_squares_by_mean": Rate(worse, SPLITS).as_dict(),
    }


def false_promotions(challengers: int, rows: int) -> dict[str, Any]:
    """How often one of equally good models replaces another one."""
    counts = {"margin": 0, "any_lead": 0}
    for number in range(TRIALS):
        labels, (champion, *field) = equal_candidates(challengers + 1, rows, number)
        counts["margin"] += replaced(labels, champion, field, USUAL)
        counts["any_lead"] += replaced(labels, champion, field, ANY_LEAD)
    return {
        "challengers": challengers,
        "rows": rows,
        "replaced": Rate(counts["margin"], TRIALS).as_dict(),
        "replaced_any_lead": Rate(counts["any_lead"], TRIALS).as_dict(),
    }


def replaced(actual: Array, champion: Array, field: Sequence[Array], options: VerdictOptions) -> bool:
    """Whether any of the `field` replaces the champion; all of shape (n,)."""
    candidates = [Candidate(f"challenger {place}", own) for place, own in enumerate(field)]
    found = challenge(actual, Candidate("champion", champion), candidates, options)
    return bool(found.winners(options.alpha))
