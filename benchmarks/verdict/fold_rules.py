"""Rules for what training adds to a lead's standard error under folds, beside each other."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import t as student

from bakeoff.domain.statistics.resampling import Array
from benchmarks.verdict.rates import Rate

MARGINS = {"any_lead": 0.0, "with_margin": 0.01}


@dataclass(frozen=True)
class Judged:
    """A pair's difference, its standard error for the trained models alone, the half-width of its interval,
    the best's error, and the difference in each fold, shape (k,).
    """

    difference: float
    error: float
    half_width: float
    best_error: float
    by_fold: Array

    @property
    def spread_ratio(self) -> float:
        """The variance of the mean over folds, by what they differ, in units of what the rows account for."""
        return float(np.var(self.by_fold, ddof=1)) / len(self.by_fold) / self.error**2


Rule = Callable[[Judged, int], float]
"""The variance's factor, from a pair and the number of folds."""


def per_fold(_: Judged, folds: int) -> float:
    return 1 + 1 / (folds - 2)


def every_row_trains(_: Judged, folds: int) -> float:
    return 2.0 + 0 * folds


def nadeau_bengio(_: Judged, folds: int) -> float:
    return 1 + folds / (folds - 2)


RULES: Mapping[str, Rule] = {
    "trained models alone": lambda judged, folds: 1.0,
    "test rows to training rows of a fold": per_fold,
    "that, or the spread between folds if larger": lambda judged, folds: max(
        per_fold(judged, folds), judged.spread_ratio
    ),
    "that, and the spread between folds beyond chance": lambda judged, folds: (
        per_fold(judged, folds) + max(0.0, judged.spread_ratio - 1)
    ),
    "that plus 1/(k-2), or the spread": lambda judged, folds: max(1 + 2 / (folds - 2), judged.spread_ratio),
    "1.25, or the spread": lambda judged, folds: max(1.25, judged.spread_ratio),
    "1.5": lambda judged, folds: 1.5,
    "1.5, or the spread": lambda judged, folds: max(1.5, judged.spread_ratio),
    "every row trains once": every_row_trains,
    "Nadeau-Bengio in rows": nadeau_bengio,
}


def leads(found: Sequence[Judged], folds: int) -> dict[str, Any]:
    """How often each rule names a winner."""
    rules = {
        name: {margin: _rate(found, rule, folds, share) for margin, share in MARGINS.items()}
        for name, rule in RULES.items()
    }
    squares = sum(each.difference**2 for each in found)
    return {
        "draws": len(found),
        "variance_ratio": squares / sum(each.error**2 for each in found),
        "mean_spread_ratio": float(np.mean([each.spread_ratio for each in found])),
        "rules": rules | {"Nadeau-Bengio's t over fold scores": _textbook(found, folds)},
    }


def _rate(found: Sequence[Judged], rule: Rule, folds: int, share: float) -> dict[str, float]:
    won = (
        abs(each.difference) - share * each.best_error > math.sqrt(rule(each, folds)) * each.half_width
        for each in found
    )
    return Rate(sum(won), len(found)).as_dict()


def _textbook(found: Sequence[Judged], folds: int) -> dict[str, Any]:
    reach = student.ppf(0.975, folds - 1)
    rates = {}
    for margin, share in MARGINS.items():
        won = 0
        for each in found:
            error = math.sqrt(np.var(each.by_fold, ddof=1) * (1 / folds + 1 / (folds - 2)))
            won += abs(np.mean(each.by_fold)) - share * each.best_error > reach * error
        rates[margin] = Rate(int(won), len(found)).as_dict()
    return rates
