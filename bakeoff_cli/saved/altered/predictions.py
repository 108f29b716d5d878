"""Which predictions of a saved run were changed after it, and where: metrics remember a single row."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard, cast

from bakeoff.domain.errors import InconsistentPredictions, TooFewRows
from bakeoff.domain.run.documents import Comparison, CompletedResult
from bakeoff.domain.run.files import RunFiles, predictions_of, result_of
from bakeoff.domain.scoring.predictions import Predictions, read_predictions, require_scored
from bakeoff.domain.scoring.results import read_result
from bakeoff_cli.saved.altered.classes import changed_probability
from bakeoff_cli.saved.differing import DocumentDifference, first_difference
from bakeoff_cli.saved.folder import FolderStore

Metrics = Mapping[str, Any]
# Relative tolerance of sums that are computed back from metrics: a few rounding errors.
_ROUNDING = 16 * sys.float_info.epsilon
_OF_ALL = (("rmse", "mae"), ("accuracy", "balanced_accuracy"))


@dataclass(frozen=True)
class Alteration:
    """`difference` is the first between a candidate's metrics as they were recorded and as its predictions
    give them; `changed` says what is wrong with the file of its predictions, None if another one may be.
    """

    difference: DocumentDifference
    changed: str | None


@dataclass(frozen=True)
class ChangedRow:
    """The only row whose change explains the metrics: its position, and the size of its error before."""

    position: int
    error: float


def alteration(
    store: FolderStore, run: RunFiles, recorded: Comparison, recomputed: Comparison
) -> Alteration | None:
    """The first candidate, as `recorded` ranks them, whose metrics are not those of its predictions."""
    classes = [str(each["name"]) for each in recorded.get("classes", ())]
    now = {item["name"]: item["metrics"] for item in recomputed["candidates"]}
    for place, candidate in enumerate(recorded["candidates"]):
        name, before = candidate.get("name"), candidate.get("metrics")
        difference = first_difference(before, now.get(name), f"candidates[{place}].metrics")
        if difference and _are_metrics(before) and _are_metrics(now.get(name)):
            return Alteration(difference, _changed(store, run, name, before, classes))
    return None


def _are_metrics(value: Any) -> TypeGuard[Metrics]:
    """Of numbers or of classes; the metrics that every candidate has."""
    return isinstance(value, dict) and any(
        all(isinstance(value.get(key), int | float) for key in keys) for keys in _OF_ALL
    )


def _changed(
    store: FolderStore, run: RunFiles, name: str, before: Metrics, classes: Sequence[str]
) -> str | None:
    # It has metrics in the comparison, so it was scored.
    result = cast(CompletedResult, read_result(run, {"name": name, "algorithm": name}))
    path = store.path(run.key(predictions_of(name)))
    found = read_predictions(run, [result], classes)[name]
    if flaw := flaw_of_rows(store, run, result, found):
        return f"{path} was changed after the run: it {flaw}."
    if words := _words_of_classes(found, len(classes), before) if classes else _words_of(found, before):
        return f"{path} was changed after the run: {words}."
    if first_difference(result["metrics"], before):
        return None  # then the comparison may have been changed: what scoring has measured is not in it
    return f"{path} was changed after the run: it does not give the metrics in {result_of(name)}."


def flaw_of_rows(
    store: FolderStore, run: RunFiles, result: CompletedResult, found: Predictions
) -> str | None:
    """What the test split says of the rows and labels, if the folder has it."""
    missing = list(store.missing)
    try:
        require_scored(run, result, found)
    except InconsistentPredictions as err:
        return err.flaw
    except (FileNotFoundError, TooFewRows):
        store.missing[:] = missing  # the labels have to be believed then, and the answer stands without it
    return None


def _words_of(found: Predictions, before: Metrics) -> str | None:
    row = changed_row(found.actual, found.predicted, before)
    return _words(found, row) if row else None


def _words_of_classes(found: Predictions, classes: int, before: Metrics) -> str | None:
    row = changed_probability(found, classes, before)
    if row is None:
        return None
    return (
        f"line {row.position + 2}, row {found.rows[row.position]}, gives its class the probability "
        f"{row.now:.9g} where it was {row.before:.9g}"
    )


def _words(found: Predictions, row: ChangedRow) -> str:
    actual, predicted = found.actual[row.position], found.predicted[row.position]
    former = sorted({f"{actual - row.error:.9g}", f"{actual + row.error:.9g}"}, key=float)
    return (
        f"line {row.position + 2}, row {found.rows[row.position]}, predicts {predicted:.9g} where it was "
        f"{' or '.join(former)}"
    )


def changed_row(actual: Sequence[float], predicted: Sequence[float], before: Metrics) -> ChangedRow | None:
    """The row whose prediction was another one when the metrics `before` were measured, if changing it alone
    explains them and changing no other one does.

    With x and y the sizes of its error now and then, the sums of errors differ by x - y, and those of squared
    errors by x**2 - y**2: that gives both.
    """
    sizes = [abs(p - a) for a, p in zip(actual, predicted, strict=True)]
    try:
        total, squares = math.fsum(sizes), math.fsum(size**2 for size in sizes)
        less = total - before["mae"] * len(sizes)
        both = (squares - before["rmse"] ** 2 * len(sizes)) / less
        size, error = (both + less) / 2, (both - less) / 2
        slack = _ROUNDING * (squares + abs(both) * total) / abs(less) + _ROUNDING * total
    except ArithmeticError:
        return None
    places = [place for place, own in enumerate(sizes) if abs(own - size) <= slack]
    if len(places) > 1:
        places = list(_of_that_relative_accuracy(places, actual, sizes, less, before))
    return ChangedRow(places[0], max(error, 0.0)) if len(places) == 1 and error >= -slack else None


def _of_that_relative_accuracy(
    places: Sequence[int], actual: Sequence[float], sizes: Sequence[float], less: float, before: Metrics
) -> Iterator[int]:
    """Those of the rows whose label fits what their change made of the mean relative error."""
    if before.get("relative_accuracy") is None:
        return
    shares = [size / abs(a) for a, size in zip(actual, sizes, strict=True) if a]
    total = math.fsum(shares)
    change = total - (1 - before["relative_accuracy"] / 100) * len(shares)
    for place in places:
        if actual[place] and abs(less / abs(actual[place]) - change) <= _ROUNDING * (total + len(shares)):
            yield place
