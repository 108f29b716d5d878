"""Metrics of classes as means over rows, so that the paired bootstrap can judge their differences.

Log loss, Brier score and accuracy are means of row losses. ROC AUC, macro F1 and balanced accuracy are smooth
functions of means; a row contributes the metric's value plus the row's influence on it, so that the mean of
the contributions is the value, and their standard deviation over the root of n its standard error (the delta
method). For ROC AUC the influences are the placement values of DeLong, for the other two the derivatives by
the counts of the confusion matrix.

A class without rows is left out of the means over classes; who judges asks for rows of every class
(`verdict.options.MIN_CLASS_ROWS`).

Sources: E. DeLong, D. DeLong and D. Clarke-Pearson (1988), Comparing the Areas under Two or More Correlated
Receiver Operating Characteristic Curves, Biometrics 44, 837-845; B. Efron and R. Tibshirani (1993), An
Introduction to the Bootstrap, chapters 21 and 22 (influence and the delta method).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from bakeoff.domain.statistics.classification.answers import Answers
from bakeoff.domain.statistics.classification.influences import LEAST_PROBABILITY
from bakeoff.domain.statistics.resampling import Array


@dataclass(frozen=True)
class Contributions:
    """A metric's `value`, and what each row contributes to it, shape (n,): their mean, but for rounding."""

    value: float
    rows: Array


Contributing = Callable[[Answers, Array], Contributions | None]


def contributions(metric: str, answers: Answers) -> Contributions | None:
    """None where the metric needs probabilities and there are none, or the rows leave it undefined.

    Raises ValueError when the metric is unknown.
    """
    if metric in LABEL_METRICS:
        return LABEL_METRICS[metric](answers)
    if metric not in PROBABILITY_METRICS:
        known = ", ".join([*PROBABILITY_METRICS, *LABEL_METRICS])
        raise ValueError(f"the metric {metric!r} is unknown; choose one of {known}")
    if answers.probabilities is None:
        return None
    return PROBABILITY_METRICS[metric](answers, answers.probabilities)


def log_loss(answers: Answers, probabilities: Array) -> Contributions:
    """The mean of -ln p(class of the row), in nats: 0 is flawless, ln K is what K equal probabilities
    get, at most 16.64, because no probability counts as less than LEAST_PROBABILITY. Lower is better.

    Source: I. Good (1952), Rational Decisions, Journal of the Royal Statistical Society B 14, 107-114.
    """
    own = np.maximum(probabilities[np.arange(answers.rows), answers.actual], LEAST_PROBABILITY)
    # The C library's logarithm: that of numpy differs in its last digit from processor to processor.
    return _mean_of(-np.fromiter(map(math.log, own.tolist()), np.float64, answers.rows))


def brier(answers: Answers, probabilities: Array) -> Contributions:
    """The mean squared error of the probabilities, a pure number; lower is better. Of two classes, that of
    the second one's probability, 0 to 1; of more, the sum over the classes, 0 to 2.

    Source: G. Brier (1950), Verification of Forecasts Expressed in Terms of Probability, Monthly Weather
    Review 78, 1-3; the halving for two classes is what scikit-learn's brier_score_loss does.
    """
    if answers.classes == 2:
        return _mean_of((probabilities[:, 1] - answers.actual) ** 2)
    errors = probabilities.copy()
    errors[np.arange(answers.rows), answers.actual] -= 1
    return _mean_of(np.square(errors, out=errors).sum(axis=1))


def roc_auc(answers: Answers, probabilities: Array) -> Contributions | None:
    """The chance that a row of a class has a higher probability of it than a row of another one has, ties
    counted half: 0 to 1, 0.5 by guessing; higher is better. Of two classes, that of the second one; of more,
    the mean over the classes, each against all others. None when the rows are all of one class.

    Sources: J. Hanley and B. McNeil (1982), The Meaning and Use of the Area under a Receiver Operating
    Characteristic (ROC) Curve, Radiology 143, 29-36; F. Provost and P. Domingos (2000), Well-trained PETs,
    for one against the rest (here every class counts alike).
    """
    if len(answers.present) < 2:
        return None
    judged = [1] if answers.classes == 2 else answers.present
    areas = [_area(answers, probabilities[:, each], each) for each in judged]
    influences = np.mean([area.rows for area in areas], axis=0)
    return _shifted(math.fsum(area.value for area in areas) / len(areas), influences)


def accuracy(answers: Answers) -> Contributions:
    """The share of rows whose answer is right, 0 to 1; higher is better."""
    return _mean_of(answers.hits.astype(np.float64))


def balanced_accuracy(answers: Answers) -> Contributions:
    """The mean over the classes of the share of their rows that are answered right (recall), 0 to 1, 1 / K by
    guessing; higher is better.

    Source: K. Brodersen, C. Ong, K. Stephan and J. Buhmann (2010), The Balanced Accuracy and Its Posterior
    Distribution, ICPR, 3121-3124.
    """
    right = np.bincount(answers.actual[answers.hits], minlength=answers.classes)
    recalls, rows = right / np.maximum(answers.class_rows, 1), answers.rows / len(answers.present)
    deviations = (answers.hits - recalls[answers.actual]) / answers.class_rows[answers.actual]
    return _shifted(math.fsum(recalls) / len(answers.present), rows * deviations)


def macro_f1(answers: Answers) -> Contributions:
    """The mean over the classes of 2 TP / (2 TP + FP + FN), the harmonic mean of precision and recall, 0 to
    1; higher is better.

    Source: C. van Rijsbergen (1979), Information Retrieval, chapter 7; of the two macro means in use it is
    that of the classes' own values (J. Opitz and S. Burst 2019, Macro F1 and Macro F1, arXiv:1911.03347).
    """
    right = np.bincount(answers.actual[answers.hits], minlength=answers.classes)
    seen = answers.class_rows + np.bincount(answers.predicted, minlength=answers.classes)
    scores = np.where(answers.class_rows > 0, 2 * right / np.maximum(seen, 1), 0.0)
    # What one more row of the class, or one more answer of it, takes away; both together in a right answer.
    shares = scores / np.maximum(seen, 1)
    gains = np.where(answers.hits, 2 / seen[answers.actual], 0.0)
    rows = answers.rows / len(answers.present)
    influences = rows * (gains - shares[answers.actual] - shares[answers.predicted])
    return _shifted(math.fsum(scores) / len(answers.present), influences)


PROBABILITY_METRICS: Mapping[str, Contributing] = {
    "log_loss": log_loss,
    "brier": brier,
    "roc_auc": roc_auc,
}
LABEL_METRICS: Mapping[str, Callable[[Answers], Contributions]] = {
    "accuracy": accuracy,
    "macro_f1": macro_f1,
    "balanced_accuracy": balanced_accuracy,
}


def _area(answers: Answers, scores: Array, positive: int) -> Contributions:
    """One class against the rest, and the rows' influences on it: how far the share of the other side's rows
    that a row beats is from the mean, in units of its side's share of the rows.
    """
    of_class = answers.actual == positive
    own, others = scores[of_class], scores[~of_class]
    value_of_own, value_of_others = _beaten(own, others), 1 - _beaten(others, own)
    value = math.fsum(value_of_own) / len(own)
    influences = np.empty(answers.rows)
    influences[of_class] = (value_of_own - value) * (answers.rows / len(own))
    influences[~of_class] = (value_of_others - value) * (answers.rows / len(others))
    return Contributions(value, influences)


def _beaten(scores: Array, others: Array) -> Array:
    """For each of `scores` the share of `others` below it, ties counted half."""
    ordered = np.sort(others)
    below, upto = (np.searchsorted(ordered, scores, side) for side in ("left", "right"))
    share: Array = (below + upto) / (2 * len(others))
    return share


def _mean_of(losses: Array) -> Contributions:
    return Contributions(math.fsum(losses) / len(losses), losses)


def _shifted(value: float, influences: Array) -> Contributions:
    return Contributions(value, value + influences)
