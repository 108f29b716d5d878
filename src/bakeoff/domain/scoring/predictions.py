"""The predictions of a candidate, as predictions/<name>.csv holds them."""

from __future__ import annotations

import csv
import math
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise, zip_longest

from bakeoff.domain.datasets.champion import rows_of_champion
from bakeoff.domain.datasets.test_rows import HeldOutRows, HeldOutSplit, read_all_folds, read_test_rows
from bakeoff.domain.errors import InconsistentPredictions
from bakeoff.domain.run.documents import ComparedCandidate, CompletedResult, Result
from bakeoff.domain.run.files import RunFiles, predictions_of
from bakeoff.domain.scoring.class_predictions import ClassColumns

Results = Sequence[Result] | Sequence[ComparedCandidate]
_COLUMNS = ("row", "actual", "predicted")
_CLUSTER, _FOLD = "cluster", "fold"
_Record = tuple[int, float, float, int, int]


@dataclass(frozen=True)
class Predictions:
    """`rows` are positions in the test split; `actual` and `predicted` are in the label's unit; `clusters`
    are the first of the rows that equal each, None in runs that were scored before that was noted; all (n,).
    Of classes, `actual` and `predicted` are their numbers, and `probabilities` those of the K classes, row
    after row, n * K of them; None of a candidate that names classes only. `folds` are the rows' folds, in
    their order, shape (n,); None without folds.
    """

    rows: list[int]
    actual: list[float]
    predicted: list[float]
    clusters: list[int] | None
    probabilities: array[float] | None = None
    folds: list[int] | None = None

    def of_folds(self) -> list[Predictions]:
        """Those of each fold, without its number."""
        folds = self.folds or []
        bounds = [0, *accumulate(len(list(rows)) for _, rows in groupby(folds))]
        return [self._between(start, stop) for start, stop in pairwise(bounds)]

    def _between(self, start: int, stop: int) -> Predictions:
        each, flat = len(self.probabilities or ()) // max(len(self.rows), 1), self.probabilities
        return Predictions(
            self.rows[start:stop],
            self.actual[start:stop],
            self.predicted[start:stop],
            self.clusters and self.clusters[start:stop],
            None if flat is None else flat[start * each : stop * each],
        )


NOTHING_SCORED = Predictions([], [], [], None)


def read_predictions(run: RunFiles, results: Results, classes: Sequence[str] = ()) -> dict[str, Predictions]:
    """The predictions of every completed candidate, by name; of a classification with its `classes`.

    Raises InconsistentPredictions when they are not of the same rows, or are no predictions.
    """
    found: dict[str, Predictions] = {}
    for result in _completed(results):
        name = result["name"]
        own = _read(run, name, classes)
        first, shared = next(iter(found.items()), (name, own))
        if _judged(own) != _judged(shared):
            raise InconsistentPredictions(_key(run, name), f"does not hold the rows of {first}.csv")
        # Kept once: forty candidates' copies of them would take more memory than all predictions.
        found[name] = replace(shared, predicted=own.predicted, probabilities=own.probabilities)
    return found


def read_judged_predictions(
    run: RunFiles, results: Results, classes: Sequence[str] = ()
) -> dict[str, Predictions]:
    """As `read_predictions`; of differing rows, the test split tells which are not as they were scored."""
    try:
        return read_predictions(run, results, classes)
    except InconsistentPredictions:
        for result in _completed(results):
            require_scored(run, result, _read(run, result["name"], classes))
        raise


def require_scored(run: RunFiles, result: CompletedResult, found: Predictions) -> None:
    """Raises InconsistentPredictions when a candidate's predictions are not of the rows that were scored."""
    key, plan, name = _key(run, result["name"]), run.plan(), result["name"]
    scored = _scored(run, result, rows_of_champion(plan, name) or HeldOutSplit.of_candidate(plan, name))
    rows = zip(found.rows, found.actual, strict=True)
    for held, expected in zip_longest(rows, zip(scored.numbers, scored.actual, strict=True)):
        if held != expected:
            raise InconsistentPredictions(key, f"holds {_words(held)} where {_words(expected)} belongs")
    for row, own, first in zip(found.rows, found.clusters or (), scored.clusters(), strict=False):
        if own != first:
            raise InconsistentPredictions(key, f"says that row {row} equals row {own}, not row {first}")


def _scored(run: RunFiles, result: CompletedResult, split: HeldOutSplit) -> HeldOutRows:
    if "folds" not in result:
        return read_test_rows(run, result["scored_rows"], split)
    return read_all_folds(run, [each["rows"] for each in result["folds"]], split)


def _judged(found: Predictions) -> tuple[object, ...]:
    return found.rows, found.actual, found.clusters, found.folds


def _completed(results: Results) -> list[CompletedResult]:
    return [result for result in results if result["status"] == "completed"]


def _key(run: RunFiles, name: str) -> str:
    return run.key(predictions_of(name))


def _read(run: RunFiles, name: str, classes: Sequence[str]) -> Predictions:
    key = _key(run, name)
    lines = csv.DictReader(run.prediction_lines(name))
    try:
        if not set(_COLUMNS) <= set(lines.fieldnames or ()):
            raise InconsistentPredictions(key, f"does not begin with the line {','.join(_COLUMNS)}")
        columns = ClassColumns(lines.fieldnames or (), classes) if classes else None
        measured = columns.label_and_prediction if columns else _measurable_pair
        records = [_record(line, measured) for line in lines]
    except UnicodeDecodeError as err:
        raise InconsistentPredictions(key, "is not text in UTF-8") from err
    except (LookupError, TypeError, ValueError, csv.Error) as err:
        raise InconsistentPredictions(
            key, f"does not hold a row, its label and its prediction in line {lines.line_num}"
        ) from err
    if not records:
        raise InconsistentPredictions(key, "holds no predictions")
    rows, actual, predicted, clusters, folds = map(list, zip(*records, strict=True))
    headings = lines.fieldnames or ()
    return Predictions(
        rows,
        actual,
        predicted,
        clusters if _CLUSTER in headings else None,
        columns.probabilities if columns else None,
        folds if _FOLD in headings else None,
    )


def _record(line: Mapping[str, str], measured: Callable[[Mapping[str, str]], tuple[float, float]]) -> _Record:
    cluster = int(line.get(_CLUSTER, line["row"]))
    actual, predicted = measured(line)
    return int(line["row"]), actual, predicted, cluster, int(line.get(_FOLD, 0))


def _measurable_pair(line: Mapping[str, str]) -> tuple[float, float]:
    return _measurable(line["actual"]), _measurable(line["predicted"])


def _measurable(text: str) -> float:
    """What scoring stores: it has measured the number, squared."""
    number = float(text)
    if not math.isfinite(number * number):
        raise ValueError(f"{text} is too large to be measured")
    return number


def _words(row: tuple[int, float] | None) -> str:
    return f"row {row[0]} with the label {row[1]:g}" if row else "nothing"
