"""What another training might change of a lead: with one split by a rule, with folds as far as they show it.

With folds every row judges, each by a model that has not seen it. Models of different folds share most of
their training rows, so that no estimator of the variance of their mean is unbiased (Y. Bengio and Y.
Grandvalet 2004, Journal of Machine Learning Research 5, 1089-1105). What a fold's seed and rows changed alone
shows in how much the folds' scores differ; what all of them have in common is allowed for as with one split.
A lead has to outlast the larger of the two.
The rule was measured: docs/adr/0043-every-row-judges.md, and of two folds docs/adr/0052-two-folds.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from bakeoff.domain.run.documents import Difference, SecondOpinion
from bakeoff.domain.statistics.correlated_t import correlated_t
from bakeoff.domain.statistics.moments import Moments
from bakeoff.domain.statistics.student_t import student_t_quantile
from bakeoff.domain.verdict.claim import inflation_of

FoldScores = Mapping[str, Sequence[float | None]]
"""The metric of each candidate in each of k folds, by its name; None where a fold leaves it undefined."""


@dataclass(frozen=True)
class Training:
    """How many times as large another training makes the standard error of a lead; of a run with folds also
    the second opinion on the lead, if every fold has the metric.
    """

    inflation: float
    with_folds: bool = False
    second_opinion: SecondOpinion | None = None

    def tell(self, difference: Difference) -> None:
        if self.with_folds:
            difference["inflation"] = self.inflation
        if self.second_opinion:
            difference["second_opinion"] = self.second_opinion


@dataclass(frozen=True)
class OneSplit:
    """Each candidate is trained once, on `train_rows` rows, and judged on `test_rows`."""

    train_rows: int
    test_rows: int

    def trainings(self, best: str, rivals: Sequence[str], sample: Moments, margin: float) -> list[Training]:
        """For each rival; `sample` has the differences."""
        return [Training(inflation_of(self.test_rows, self.train_rows))] * len(rivals)


@dataclass(frozen=True)
class Folds:
    """Each candidate is trained in k folds, on `train_rows` rows on average, and judged on `test_rows` in all
    of them together. `sign` is 1 where a lower score is better, else -1.
    """

    scores: FoldScores
    train_rows: int
    test_rows: int
    sign: int
    confidence: float

    def trainings(self, best: str, rivals: Sequence[str], sample: Moments, margin: float) -> list[Training]:
        errors = sample.in_sample()[1] * np.abs(sample.units)
        leads = (self._leads(best, rival) for rival in rivals)
        return [self._training(own, float(error), margin) for own, error in zip(leads, errors, strict=True)]

    def _leads(self, best: str, rival: str) -> list[float] | None:
        pairs = list(zip(self.scores[best], self.scores[rival], strict=True))
        leads = [self.sign * (other - own) for own, other in pairs if own is not None and other is not None]
        return leads if len(leads) == len(pairs) else None

    def _training(self, leads: Sequence[float] | None, error: float, margin: float) -> Training:
        folds = len(next(iter(self.scores.values())))
        ratio = self.test_rows / folds / self.train_rows
        if leads is None:
            # Nothing was measured: as if each fold's training rows were its own (Nadeau and Bengio 2003).
            return Training(math.sqrt(1 + folds * ratio), with_folds=True)
        found = correlated_t(leads, margin, ratio)
        return Training(
            fold_inflation(leads, error, ratio, self.confidence),
            with_folds=True,
            second_opinion={"better": found.ahead, "equal": found.equal, "worse": found.behind},
        )


def fold_inflation(leads: Sequence[float], error: float, test_to_train: float, confidence: float) -> float:
    """How many times as large another training makes `error`, the standard error of a lead on all rows.

    The larger of two: what Nadeau and Bengio allow for by the rows of a fold, `test_to_train`; and what makes
    a normal interval as wide as Student's, over the `leads` in each fold, shape (k,).
    """
    level, degrees = (1 + confidence) / 2, len(leads) - 1
    reach = student_t_quantile(level, degrees) / NormalDist().inv_cdf(level)
    spread = float(np.std(leads, ddof=1)) / math.sqrt(len(leads))
    return max(math.sqrt(1 + test_to_train), reach * spread / error if error > 0 else 1.0)
