"""The predictions that the detailed plots show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bakeoff.domain.run.documents import CompletedCandidate

Values = NDArray[np.float64]
Pairs = tuple[Sequence[float], Sequence[float]]  # actual, predicted: both of shape (n,)
DETAILED = 6
# Far beyond any label that means something, and small enough that axes can be computed with it.
_DRAWABLE = 1e100


@dataclass(frozen=True)
class Predicted:
    """A candidate's predictions, row by row: `actual` and `predicted` in the label's unit, shape (n,)."""

    name: str
    actual: Values
    predicted: Values

    @property
    def errors(self) -> Values:
        """Positive where the prediction is too high."""
        return self.predicted - self.actual


def detailed(candidates: Sequence[CompletedCandidate], predictions: Mapping[str, Pairs]) -> list[Predicted]:
    """The best few of the ranked `candidates` that have predictions; more plots would bury the reader."""
    named = [item["name"] for item in candidates if len(predictions.get(item["name"], ((), ()))[0])]
    return [Predicted(name, *map(_values, predictions[name])) for name in named[:DETAILED]]


def _values(numbers: Sequence[float]) -> Values:
    return np.clip(np.asarray(numbers, dtype=np.float64), -_DRAWABLE, _DRAWABLE)
