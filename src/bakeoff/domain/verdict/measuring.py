"""How a task's metric is measured on the test rows, and what a verdict by it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bakeoff.domain.messages import excerpt
from bakeoff.domain.statistics.classification.answers import Answers, Indices
from bakeoff.domain.statistics.classification.contributions import contributions
from bakeoff.domain.statistics.classification.metrics import contribution_moments
from bakeoff.domain.statistics.clusters import Clusters
from bakeoff.domain.statistics.delta_method import moments
from bakeoff.domain.statistics.metrics import measure
from bakeoff.domain.statistics.moments import Moments
from bakeoff.domain.statistics.registry import TaskKind
from bakeoff.domain.statistics.resampling import Array
from bakeoff.domain.verdict.options import MIN_CLASS_ROWS, MIN_TEST_ROWS, Candidate, VerdictOptions
from bakeoff.domain.verdict.wording import Floor, Rows


@dataclass(frozen=True)
class Measured:
    """A candidate's metric, None where the rows leave it undefined, and what its differences are judged by:
    a number for each row, shape (n,).
    """

    candidate: Candidate
    value: float | None
    by_row: Array


class Measuring(Protocol):
    @property
    def labels(self) -> Array: ...

    @property
    def grouped(self) -> bool:
        """Whether clusters are groups, or else equal rows."""

    def can_measure(self, candidate: Candidate) -> bool:
        """Whether it answers what the metric needs."""

    def measured(self, candidate: Candidate) -> Measured:
        """Raises ValueError when its answers do not fit the labels, or are no such answers."""

    @property
    def flawless(self) -> Array:
        """By row, shape (n,), what a candidate's difference to differs from its metric by a constant only."""

    def moments(self, rivals: Array, best: Array, clusters: Clusters) -> Moments:
        """Of what `measured` has by row: shape (n, K) of the rivals, (n,) of the best."""

    def floors(self, clusters: Clusters) -> Sequence[Floor]:
        """What a verdict takes at the least, the first not kept first to be told."""


@dataclass(frozen=True)
class RegressionMeasuring:
    labels: Array
    metric: str
    grouped: bool = False

    def can_measure(self, candidate: Candidate) -> bool:
        return True

    def measured(self, candidate: Candidate) -> Measured:
        predicted = _predictions(candidate, self.labels)
        # measure() decides what a metric is; the bootstrap only says how far to trust a difference.
        value = getattr(measure(self.labels.tolist(), predicted.tolist()), self.metric)
        return Measured(candidate, value, predicted)

    @property
    def flawless(self) -> Array:
        return self.labels

    def moments(self, rivals: Array, best: Array, clusters: Clusters) -> Moments:
        return moments(self.metric, self.labels, rivals, best, clusters)

    def floors(self, clusters: Clusters) -> Sequence[Floor]:
        usable = clusters.select(self.labels != 0) if self.metric == "relative_accuracy" else clusters
        return [Floor(rows_of(usable, self.grouped), MIN_TEST_ROWS)]


@dataclass(frozen=True)
class ClassMeasuring:
    """`labels` are the numbers of the classes, whose names are `classes`."""

    labels: Array
    metric: str
    classes: Sequence[str]
    needs_probabilities: bool
    grouped: bool = False

    def can_measure(self, candidate: Candidate) -> bool:
        return candidate.probabilities is not None or not self.needs_probabilities

    def measured(self, candidate: Candidate) -> Measured:
        found = contributions(self.metric, self._answers(candidate))
        if found is None:
            return Measured(candidate, None, np.zeros_like(self.labels))
        return Measured(candidate, found.value, found.rows)

    @property
    def flawless(self) -> Array:
        return np.zeros_like(self.labels)

    def moments(self, rivals: Array, best: Array, clusters: Clusters) -> Moments:
        return contribution_moments(rivals, best, clusters)

    def floors(self, clusters: Clusters) -> Sequence[Floor]:
        kept = [clusters.select(self.labels == number) for number in range(len(self.classes))]
        each = [
            Floor(rows_of(own, self.grouped), MIN_CLASS_ROWS, excerpt(name))
            for name, own in zip(self.classes, kept, strict=True)
        ]
        # The rarest first: with rows enough of it there are enough of the others.
        rarest_first = sorted(each, key=lambda own: own.usable.distinct)
        return [Floor(rows_of(clusters, self.grouped), MIN_TEST_ROWS), *rarest_first]

    def _answers(self, candidate: Candidate) -> Answers:
        predicted = _predictions(candidate, self.labels)
        return Answers(
            _whole(self.labels), _whole(predicted), candidate.probabilities, classes=len(self.classes)
        )


def measuring(
    labels: Array, options: VerdictOptions, classes: Sequence[str], grouped: bool = False
) -> Measuring:
    """`labels` are finite, of shape (n,); `classes` are the classes' names, none under regression."""
    by_task: Mapping[TaskKind, Callable[[], Measuring]] = {
        "regression": lambda: RegressionMeasuring(labels, options.metric, grouped),
        "classification": lambda: ClassMeasuring(
            labels, options.metric, classes, options.measured.needs == "probabilities", grouped
        ),
    }
    return by_task[options.task]()


def column(what: str, values: Sequence[float] | Array) -> Array:
    """Raises ValueError when one of them is not finite."""
    found = np.asarray(values, dtype=np.float64)
    if not np.all(np.isfinite(found)):
        raise ValueError(f"{what} is not a finite number")
    return found


def rows_of(clusters: Clusters, grouped: bool) -> Rows:
    return Rows(clusters.rows, len(clusters), grouped)


def _predictions(candidate: Candidate, labels: Array) -> Array:
    predicted = column(f"a prediction of {candidate.name}", candidate.predicted)
    if predicted.shape != labels.shape:
        raise ValueError(f"{candidate.name} predicts {predicted.size} rows, but {labels.size} are labelled")
    return predicted


def _whole(numbers: Array) -> Indices:
    if np.any(numbers % 1):
        raise ValueError("the number of a class is not whole, so it is no class")
    return numbers.astype(np.int64)
