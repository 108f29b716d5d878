"""The probability from which a binary classifier says 1: calibrated on data, as the image does.

Source: the SageMaker developer guide, binary_classifier_model_selection_criteria.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from local_aws.services.sagemaker.containers.linear_learner.classification import Classes
from local_aws.services.sagemaker.containers.linear_learner.losses import Settings
from local_aws.services.sagemaker.containers.tables import Matrix

NEUTRAL = 0.5
# One number is between this and the highest probability: the threshold that nothing reaches.
_BEYOND_ALL = 1.0 + 2 * np.finfo(np.float64).eps


@dataclass(frozen=True)
class Counts:
    """What every threshold (n,) makes of the labels: true and false positives, of so many of each class."""

    true_positives: Matrix
    false_positives: Matrix
    positives: float
    negatives: float

    def accuracy(self) -> Matrix:
        right: Matrix = self.true_positives + self.negatives - self.false_positives
        return right / (self.positives + self.negatives)

    def precision(self) -> Matrix:
        return _share(self.true_positives, self.true_positives + self.false_positives)

    def recall(self) -> Matrix:
        return _share(self.true_positives, np.full_like(self.true_positives, self.positives))

    def f_beta(self, beta: float) -> Matrix:
        square = beta**2
        weighted = (1 + square) * self.true_positives
        return _share(weighted, self.true_positives + self.false_positives + square * self.positives)


def calibrated(scores: Matrix, labels: Classes, settings: Settings) -> tuple[float, float]:
    """The best threshold for scores (rows,), probabilities of class 1, and the criterion's value there.

    Of thresholds that are equally good, the one nearest to 0.5; a threshold lies midway between two scores.
    With a loss for criterion there is nothing to choose: 0.5 and a value of 0.
    """
    criterion = _CRITERIA[settings.get("binary_classifier_model_selection_criteria", "accuracy")]
    if criterion is None or not len(labels):
        return NEUTRAL, 0.0
    thresholds, counts = _candidates(scores, labels)
    values = criterion(counts, settings)
    best = np.flatnonzero(values >= values.max() - 1e-12)
    chosen = best[np.argmin(np.abs(thresholds[best] - NEUTRAL))]
    return float(thresholds[chosen]), float(values[chosen])


def _candidates(scores: Matrix, labels: Classes) -> tuple[Matrix, Counts]:
    """A threshold for every way to tell the rows apart; a row is called positive from the threshold on."""
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order], labels[order].astype(np.float64)
    last = np.flatnonzero(np.append(ranked[1:] < ranked[:-1], True))  # of the rows with one score
    called = np.append(0, last + 1)  # how many rows are called positive
    upper = np.append(_BEYOND_ALL, ranked[last])  # the lowest score of these
    lower = np.append(ranked[called[:-1]], 0.0)  # the highest of the others
    midway = (lower + upper) / 2
    thresholds = np.where((lower < NEUTRAL) & (upper >= NEUTRAL), NEUTRAL, midway)
    hit = np.append(0.0, np.cumsum(hits))[called]
    return thresholds, Counts(hit, called - hit, float(hits.sum()), float(len(hits) - hits.sum()))


def _share(part: Matrix, whole: Matrix) -> Matrix:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _reaching(wanted: Matrix, other: Matrix, target: float) -> Matrix:
    """`wanted` where `other` reaches the target, and elsewhere less, the further `other` is from it."""
    return np.where(other >= target, wanted, other - target - 1.0)


_Criterion = Callable[[Counts, Settings], Matrix]
_CRITERIA: dict[str, _Criterion | None] = {
    "accuracy": lambda counts, _: counts.accuracy(),
    "f1": lambda counts, _: counts.f_beta(1.0),
    "f_beta": lambda counts, settings: counts.f_beta(settings.get("f_beta", 1.0)),
    "precision_at_target_recall": lambda counts, settings: _reaching(
        counts.precision(), counts.recall(), settings.get("target_recall", 0.8)
    ),
    "recall_at_target_precision": lambda counts, settings: _reaching(
        counts.recall(), counts.precision(), settings.get("target_precision", 0.8)
    ),
    "cross_entropy_loss": None,
    "loss_function": None,
}
