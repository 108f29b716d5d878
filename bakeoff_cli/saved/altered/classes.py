"""Which row of a candidate's probabilities was changed, as far as its metrics tell."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bakeoff.domain.scoring.predictions import Predictions

# Of sums that are computed back from means of many rows.
_ROUNDING = 1e-9
_LEAST_PROBABILITY = 2.0**-24


@dataclass(frozen=True)
class ChangedProbability:
    """The only row whose change explains the metrics: its position, and what its class's probability is now
    and was before.
    """

    position: int
    now: float
    before: float


def changed_probability(
    found: Predictions, classes: int, before: Mapping[str, Any]
) -> ChangedProbability | None:
    """The row whose probabilities were other ones when the metrics `before` were measured, if changing it
    alone explains them and changing no other one does.

    Log loss tells the former probability of a row's class; of two classes Brier's score then has one value,
    of more it lies between that of others that share the rest alike and that of one that has it all.
    """
    wanted = [before.get(name) for name in ("log_loss", "brier", "accuracy")]
    if found.probabilities is None or not all(isinstance(value, int | float) for value in wanted):
        return None
    rows = [*_rows(found, classes)]
    sums = [math.fsum(column) for column in zip(*(row.measures for row in rows), strict=True)]
    change = [total - float(value or 0) * len(rows) for total, value in zip(sums, wanted, strict=True)]
    explaining = [place for place, row in enumerate(rows) if row.explains(change, classes)]
    if len(explaining) != 1:
        return None
    row = rows[explaining[0]]
    return ChangedProbability(explaining[0], row.own, math.exp(change[0] - row.measures[0]))


@dataclass(frozen=True)
class _Row:
    """`own` is its class's probability; `measures` are log loss, Brier's score and 1 for a right answer."""

    own: float
    measures: tuple[float, float, float]

    def explains(self, change: Sequence[float], classes: int) -> bool:
        """Whether its measures without the `change` are those of any probabilities."""
        loss, score, hit = (own - by for own, by in zip(self.measures, change, strict=True))
        if loss < -_ROUNDING or min(abs(hit), abs(hit - 1)) > _ROUNDING:
            return False
        square = (1 - math.exp(-max(loss, 0.0))) ** 2
        least, most = (square, square) if classes == 2 else (square * (1 + 1 / (classes - 1)), 2 * square)
        return least - _ROUNDING <= score <= most + _ROUNDING


def _rows(found: Predictions, classes: int) -> Iterator[_Row]:
    assert found.probabilities is not None
    for place, (actual, predicted) in enumerate(zip(found.actual, found.predicted, strict=True)):
        own = found.probabilities[place * classes : (place + 1) * classes]
        score = math.fsum((each - (number == actual)) ** 2 for number, each in enumerate(own))
        probability = own[int(actual)]
        loss = -math.log(max(probability, _LEAST_PROBABILITY))
        measures = (loss, score / 2 if classes == 2 else score, float(actual == predicted))
        yield _Row(probability, measures)
