"""What a candidate answered to labelled rows, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bakeoff.domain.statistics.resampling import Array

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Answers:
    """`actual` and `predicted` are classes, 0 to `classes` - 1, of shape (n,), n >= 1; `probabilities`, shape
    (n, classes), are in [0, 1] and sum to 1 in each row; None of a candidate that names a class only.

    Raises ValueError when the shapes disagree, there is no row, or a number is none of these.
    """

    actual: Indices
    predicted: Indices
    probabilities: Array | None
    classes: int

    def __post_init__(self) -> None:
        if not self.actual.size or self.predicted.shape != self.actual.shape:
            raise ValueError(f"{self.predicted.size} answers do not fit {self.actual.size} labels")
        for what, found in (("a label", self.actual), ("an answer", self.predicted)):
            if found.min() < 0 or found.max() >= self.classes:
                raise ValueError(f"{what} is none of the {self.classes} classes")
        if self.probabilities is not None:
            _require_probabilities(self.probabilities, (self.actual.size, self.classes))

    @property
    def rows(self) -> int:
        return len(self.actual)

    @cached_property
    def hits(self) -> NDArray[np.bool_]:
        """Where the answer is right, shape (n,)."""
        return np.equal(self.actual, self.predicted)

    @cached_property
    def class_rows(self) -> Indices:
        """How many rows each class has, shape (classes,)."""
        return np.bincount(self.actual, minlength=self.classes)

    @cached_property
    def present(self) -> list[int]:
        """The classes that have rows; of the others no metric can say anything."""
        return np.flatnonzero(self.class_rows).tolist()


def _require_probabilities(found: Array, shape: tuple[int, int]) -> None:
    if found.shape != shape:
        raise ValueError(f"probabilities of shape {found.shape} do not fit {shape}")
    # Written so that NaN fails, too.
    if not (found.min() >= 0 and found.max() <= 1 and np.abs(found.sum(axis=1) - 1).max() <= 1e-6):
        raise ValueError("the probabilities of a row are not between 0 and 1, or do not sum to 1")


def confusion(answers: Answers) -> Indices:
    """How many rows of each class (first axis) got each class for an answer, shape (classes, classes)."""
    pairs = answers.actual * answers.classes + answers.predicted
    counts = np.bincount(pairs, minlength=answers.classes**2)
    return counts.reshape(answers.classes, answers.classes)
