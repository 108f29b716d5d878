"""Metrics of classes and the influences of rows on them, in plain Python.

They are those of `contributions`, about 0, for whoever carries no numeric packages and has a few hundred rows
(`statistics.loss_increase`). Formulas, ranges and sources stand there; a test holds the two equal.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

# Containers answer in single precision, where 1 - 2**-24 is the last number below 1. A class that a model
# rules out costs as much as if it had answered that number for the others: 16.6 nats, not infinitely many.
LEAST_PROBABILITY = 2.0**-24
BY_CLASS = frozenset({"roc_auc", "macro_f1", "balanced_accuracy"})
"""Metrics that are means over classes, each of which so needs rows of its own."""
Influences = tuple[float, list[float]]
"""A metric's value, and each row's influence on it, shape (n,)."""


@dataclass(frozen=True)
class ClassedRows:
    """`actual` and `predicted` are classes, 0 to `classes` - 1, of shape (n,), n >= 1; `probabilities` are
    row after row, n * classes of them; None of a candidate that names a class only.
    """

    actual: Sequence[int]
    predicted: Sequence[int]
    probabilities: Sequence[float] | None
    classes: int

    @property
    def size(self) -> int:
        return len(self.actual)

    @property
    def hits(self) -> list[bool]:
        return [own == said for own, said in zip(self.actual, self.predicted, strict=True)]

    @cached_property
    def class_rows(self) -> list[int]:
        return _counts(self.actual, self.classes)

    @cached_property
    def present(self) -> list[int]:
        """The classes that have rows."""
        return [number for number, rows in enumerate(self.class_rows) if rows]

    @cached_property
    def right(self) -> list[int]:
        """Of each class, how many of its rows are answered right."""
        pairs = zip(self.actual, self.predicted, strict=True)
        return _counts([own for own, said in pairs if own == said], self.classes)


def influences(metric: str, rows: ClassedRows) -> Influences | None:
    """None where the metric needs probabilities and there are none, or the rows leave it undefined.

    Raises KeyError for a metric that classes have not.
    """
    if metric in _OF_LABELS:
        return _OF_LABELS[metric](rows)
    of_probabilities = _OF_PROBABILITIES[metric]
    return None if rows.probabilities is None else of_probabilities(rows, rows.probabilities)


def _log_loss(rows: ClassedRows, probabilities: Sequence[float]) -> Influences:
    own = (probabilities[place * rows.classes + label] for place, label in enumerate(rows.actual))
    return _mean_of([-math.log(max(each, LEAST_PROBABILITY)) for each in own])


def _brier(rows: ClassedRows, probabilities: Sequence[float]) -> Influences:
    judged = [1] if rows.classes == 2 else range(rows.classes)
    return _mean_of(
        [
            math.fsum((probabilities[place * rows.classes + each] - (each == label)) ** 2 for each in judged)
            for place, label in enumerate(rows.actual)
        ]
    )


def _roc_auc(rows: ClassedRows, probabilities: Sequence[float]) -> Influences | None:
    if len(rows.present) < 2:
        return None
    judged = [1] if rows.classes == 2 else rows.present
    areas = [_area(rows, probabilities[each :: rows.classes], each) for each in judged]
    value = math.fsum(area for area, _ in areas) / len(areas)
    return value, [math.fsum(own) / len(areas) for own in zip(*(each for _, each in areas), strict=True)]


def _accuracy(rows: ClassedRows) -> Influences:
    return _mean_of([float(each) for each in rows.hits])


def _balanced_accuracy(rows: ClassedRows) -> Influences:
    recalls = [right / max(count, 1) for right, count in zip(rows.right, rows.class_rows, strict=True)]
    share = rows.size / len(rows.present)
    pairs = zip(rows.actual, rows.hits, strict=True)
    found = [share * (is_hit - recalls[label]) / rows.class_rows[label] for label, is_hit in pairs]
    return math.fsum(recalls) / len(rows.present), found


def _macro_f1(rows: ClassedRows) -> Influences:
    answered = _counts(rows.predicted, rows.classes)
    seen = [own + said for own, said in zip(rows.class_rows, answered, strict=True)]
    scores = [2 * right / max(count, 1) for right, count in zip(rows.right, seen, strict=True)]
    shares = [score / max(count, 1) for score, count in zip(scores, seen, strict=True)]
    share = rows.size / len(rows.present)
    found = [
        share * ((2 / seen[label] if label == said else 0.0) - shares[label] - shares[said])
        for label, said in zip(rows.actual, rows.predicted, strict=True)
    ]
    return math.fsum(scores) / len(rows.present), found


_OF_PROBABILITIES: Mapping[str, Callable[[ClassedRows, Sequence[float]], Influences | None]] = {
    "log_loss": _log_loss,
    "brier": _brier,
    "roc_auc": _roc_auc,
}
_OF_LABELS: Mapping[str, Callable[[ClassedRows], Influences]] = {
    "accuracy": _accuracy,
    "macro_f1": _macro_f1,
    "balanced_accuracy": _balanced_accuracy,
}


def _area(rows: ClassedRows, scores: Sequence[float], positive: int) -> Influences:
    """One class against the rest."""
    pairs = list(zip(rows.actual, scores, strict=True))
    own = sorted(score for label, score in pairs if label == positive)
    others = sorted(score for label, score in pairs if label != positive)
    beaten = [
        _beaten(score, others) if label == positive else 1 - _beaten(score, own) for label, score in pairs
    ]
    value, sizes = math.fsum(_beaten(score, others) for score in own) / len(own), (len(others), len(own))
    sides = (sizes[label == positive] for label, _ in pairs)
    return value, [(each - value) * (rows.size / side) for each, side in zip(beaten, sides, strict=True)]


def _beaten(score: float, ordered: Sequence[float]) -> float:
    """The share of `ordered` below the score, ties counted half."""
    return (bisect_left(ordered, score) + bisect_right(ordered, score)) / (2 * len(ordered))


def _mean_of(losses: Sequence[float]) -> Influences:
    mean = math.fsum(losses) / len(losses)
    return mean, [loss - mean for loss in losses]


def _counts(numbers: Sequence[int], classes: int) -> list[int]:
    counts = [0] * classes
    for number in numbers:
        counts[number] += 1
    return counts
