"""The kinds of reply in which models answer, and what each says of a row's class.

    kind                  a row's answer                       what SageMaker's containers send
    value                 a number, the prediction             regression
    positive_probability  the second class's probability       XGBoost binary:logistic, linear learner
    probabilities         one of each class, in their order    XGBoost multi:softprob, linear learner softmax
    votes                 the class of each neighbour          kNN with Accept: application/json; verbose=true
    label                 a class                              linear learner with hinge loss, kNN

Classes are told by their numbers, which is what models are trained on. The class that is answered is always
the one with the highest probability (of equals the first), whatever label a container puts beside it: linear
learner's has a threshold of its own, so that candidates would be compared by different rules.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bakeoff.domain.errors import MalformedPrediction
from bakeoff.domain.messages import excerpt
from bakeoff.domain.run.documents import ReplyKind
from bakeoff.domain.scoring.reply_items import number, reply_items, shown

# Single precision, and models that round what they answer, leave sums a little off 1.
SUM_TOLERANCE = 1e-3
_LISTS = ("probabilities", "votes")


@dataclass(frozen=True)
class Reply:
    """What a model answers in: the path of a row's answer in JSON, and its kind."""

    path: str
    kind: ReplyKind

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Reply:
        """That of a catalogue's entry or a planned candidate; `prediction_path` alone means a value."""
        if "reply" in entry:
            return cls(entry["reply"]["path"], entry["reply"]["kind"])
        return cls(entry["prediction_path"], "value")


@dataclass(frozen=True)
class ClassAnswers:
    """`predicted`: the class answered to each of n rows; `probabilities`: those of the K classes, row after
    row, n * K of them in all; None of a model that names classes only.
    """

    predicted: list[int]
    probabilities: array[float] | None

    def at(self, positions: Iterable[int], classes: int) -> ClassAnswers:
        """Those to the rows at the positions."""
        kept = list(positions)
        if self.probabilities is None:
            return ClassAnswers([self.predicted[place] for place in kept], None)
        rows = (self.probabilities[place * classes : (place + 1) * classes] for place in kept)
        flat = array("d", (each for row in rows for each in row))
        return ClassAnswers([self.predicted[place] for place in kept], flat)


class _Flaw(ValueError):
    """Says what an answer is, and what it should be."""


def parse_classes(body: str, accept: str, reply: Reply, classes: int, expected: int) -> ClassAnswers:
    """The answers to `expected` rows, of which each has one of `classes` classes.

    Probabilities are brought to a sum of exactly 1. Of k neighbours, c of them of a class, the class's
    probability is (c + 1) / (k + K): the plain share would call impossible what k neighbours happen not to
    be, and one such row would outweigh all others in the log loss (Laplace's rule of succession).

    Raises MalformedPrediction when that is not what the reply holds.
    """
    items = reply_items(body, accept, reply.path, reply.kind in _LISTS)
    if len(items) != expected:
        raise MalformedPrediction(
            f"The model answered {expected} rows with {len(items)} answers: the reply reads {shown(body)}."
        )
    if reply.kind == "label":
        return ClassAnswers([_read(row, item, classes, _label) for row, item in enumerate(items)], None)
    read = _PROBABILITIES[reply.kind]
    rows = [_read(row, item, classes, read) for row, item in enumerate(items)]
    flat = array("d", (each for row in rows for each in row))
    return ClassAnswers([row.index(max(row)) for row in rows], flat)


def joined(parts: Iterable[ClassAnswers]) -> ClassAnswers:
    """The answers of all batches, in their order.

    Raises MalformedPrediction when all probabilities are exactly 0 or 1: those are labels.
    """
    predicted: list[int] = []
    probabilities: array[float] | None = None
    for part in parts:
        predicted += part.predicted
        if part.probabilities is not None:
            probabilities = array("d") if probabilities is None else probabilities
            probabilities.extend(part.probabilities)
    if probabilities and all(each in (0.0, 1.0) for each in probabilities):
        raise MalformedPrediction(
            f"The model answered {len(predicted)} rows with probabilities of exactly 0 and 1, which are "
            "labels: choose an objective that gives probabilities, or set the kind of its reply to label."
        )
    return ClassAnswers(predicted, probabilities)


def _read(row: int, item: Any, classes: int, read: Callable[[Any, int], Any]) -> Any:
    try:
        return read(item, classes)
    except _Flaw as err:
        raise MalformedPrediction(f"The model's answer to row {row + 1} of a request {err}.") from err


def _positive_probability(item: Any, classes: int) -> list[float]:
    if classes != 2:
        raise _Flaw(f"is one probability, but there are {classes} classes: set the kind to probabilities")
    positive = _probability(item)
    return [1 - positive, positive]


def _probabilities(item: Any, classes: int) -> list[float]:
    if not isinstance(item, list) or len(item) != classes:
        raise _Flaw(
            f"is {_described(item)} where {classes} probabilities are needed: choose an objective that gives "
            "them, or set the kind of its reply to what it gives"
        )
    found = [_probability(each) for each in item]
    total = math.fsum(found)
    if abs(total - 1) > SUM_TOLERANCE:
        raise _Flaw(f"has probabilities whose sum is {total:.6g} where it must be 1: {excerpt(item)}")
    return [each / total for each in found]


def _votes(item: Any, classes: int) -> list[float]:
    if not isinstance(item, list) or not item:
        raise _Flaw(
            f"is {_described(item)} where the neighbours' classes are needed: ask for them with "
            "accept: application/json; verbose=true"
        )
    counts = [1] * classes
    for each in item:
        counts[_label(each, classes)] += 1
    return [count / (len(item) + classes) for count in counts]


_PROBABILITIES: Mapping[str, Callable[[Any, int], list[float]]] = {
    "positive_probability": _positive_probability,
    "probabilities": _probabilities,
    "votes": _votes,
}


def _label(item: Any, classes: int) -> int:
    found = _finite(item)
    if found not in range(classes):
        raise _Flaw(f"is the class {found:g}, but the classes are 0 to {classes - 1}")
    return int(found)


def _probability(item: Any) -> float:
    found = _finite(item)
    if not 0 <= found <= 1:
        raise _Flaw(
            f"has a probability of {found:g}, which is not between 0 and 1: choose an objective that gives "
            "probabilities, or set the kind of its reply to what it gives"
        )
    return found


def _finite(item: Any) -> float:
    try:
        found = number(item)
    except (TypeError, ValueError, OverflowError) as err:
        raise _Flaw(f"is {_described(item)} where a number is needed") from err
    if not math.isfinite(found):
        raise _Flaw(f"holds {found:g}, which is no finite number: its training has probably diverged")
    return found


def _described(item: Any) -> str:
    if isinstance(item, list):
        return f"a list of {len(item)}"
    try:
        return f"the single number {number(item):g}"
    except (TypeError, ValueError, OverflowError):
        return excerpt(item)
