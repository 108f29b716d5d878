"""Rules for what another training may change of a lead under folds, beside each other."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import t as student

from bakeoff.domain.statistics.resampling import Array
from bakeoff.domain.verdict.training import fold_inflation
from benchmarks.verdict.rates import Rate

CONFIDENCE = 0.95
# Of the one of two folds that does not test; the rest validates, in the ratio of one split's 70 : 15.
TRAINED_OF_TWO = 70 / 85
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
    def folds(self) -> int:
        return len(self.by_fold)

    @property
    def test_to_train(self) -> float:
        """Of a fold's rows: of k folds one tests, and k - 2 train; of two, most of the other one."""
        return 1 / (self.folds - 2) if self.folds > 2 else 1 / TRAINED_OF_TWO

    @property
    def spread_ratio(self) -> float:
        """The variance of a mean over folds by how they differ, in units of what the rows account for."""
        return float(np.var(self.by_fold, ddof=1)) / self.folds / self.error**2

    def leads_by(self, variance: float, share: float) -> bool:
        """Whether there is a winner when training makes the variance that many times as large."""
        return abs(self.difference) - share * self.best_error > math.sqrt(variance) * self.half_width

    def leads_by_fold_scores(self, share: float) -> bool:
        """The same by the textbook's corrected t test, which knows the folds' scores only."""
        error = math.sqrt(np.var(self.by_fold, ddof=1) * (1 / self.folds + self.test_to_train))
        reach = student.ppf((1 + CONFIDENCE) / 2, self.folds - 1)
        return bool(abs(np.mean(self.by_fold)) - share * self.best_error > reach * error)


RULES: Mapping[str, Callable[[Judged, float], bool]] = {
    "trained models alone": lambda judged, share: judged.leads_by(1, share),
    "as with one split": lambda judged, share: judged.leads_by(1 + judged.test_to_train, share),
    "or the folds' variance": lambda judged, share: judged.leads_by(
        max(1 + judged.test_to_train, judged.spread_ratio), share
    ),
    "or the folds' t interval (Bakeoff's)": lambda judged, share: judged.leads_by(
        fold_inflation(judged.by_fold.tolist(), judged.error, judged.test_to_train, CONFIDENCE) ** 2, share
    ),
    "Nadeau-Bengio, rows": lambda judged, share: judged.leads_by(
        1 + judged.folds * judged.test_to_train, share
    ),
    "Nadeau-Bengio, t of fold scores": Judged.leads_by_fold_scores,
}


def cell(found: Sequence[Judged]) -> dict[str, Any]:
    """How often each rule names a winner in draws of a pair. `variance_ratio` is the mean squared difference
    in units of what the rows account for, 1 for equal algorithms whose training adds nothing.
    """
    return {
        "folds": found[0].folds,
        "draws": len(found),
        "variance_ratio": sum(one.difference**2 for one in found) / sum(one.error**2 for one in found),
        "spread_ratio": float(np.mean([one.spread_ratio for one in found])),
        "rules": {
            name: {
                margin: Rate(sum(rule(one, share) for one in found), len(found)).as_dict()
                for margin, share in MARGINS.items()
            }
            for name, rule in RULES.items()
        },
    }
