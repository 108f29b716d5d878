"""Made-up answers of candidates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bakeoff.domain.statistics.classification.answers import Answers
from bakeoff.domain.statistics.resampling import Array


def labels(rows: int, classes: int, seed: int, shares: list[float] | None = None) -> NDArray[np.int64]:
    """Of every class at least one row."""
    draw = np.random.default_rng(seed)
    found = draw.choice(classes, rows, p=shares)
    found[:classes] = np.arange(classes)
    return found


def answers(actual: NDArray[np.int64], classes: int, seed: int, skill: float = 1.0) -> Answers:
    """Probabilities that lean to the label by `skill`, rounded so that some are equal."""
    draw = np.random.default_rng([7, seed])
    scores = draw.normal(0, 1, (len(actual), classes))
    scores[np.arange(len(actual)), actual] += skill
    return of(actual, softmax(np.round(scores, 1)))


def of(actual: NDArray[np.int64], probabilities: Array) -> Answers:
    return Answers(actual, np.argmax(probabilities, axis=1), probabilities, probabilities.shape[1])


def softmax(scores: Array) -> Array:
    found: Array = np.exp(scores - scores.max(axis=1, keepdims=True))
    found /= found.sum(axis=1, keepdims=True)
    return found
