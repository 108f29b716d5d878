"""The folds of each candidate merged: its predictions of all rows, and its result as of one split.

predictions/<name>.csv numbers rows on from fold to fold and says in its last column which fold a row was in;
everything that reads a run reads the merged files. One candidate is held at a time.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bakeoff.domain.datasets.units import best_values
from bakeoff.domain.errors import InconsistentPredictions
from bakeoff.domain.messages import sentence
from bakeoff.domain.run.documents import (
    CandidateName,
    CompletedResult,
    FailedResult,
    FoldResult,
    MetricValues,
    Result,
)
from bakeoff.domain.run.files import RunFiles, WritableRunFiles, predictions_of
from bakeoff.domain.run.folds import fold_offsets, folds_of
from bakeoff.domain.scoring.results import failed_result, read_result
from bakeoff.domain.statistics.metrics import measure

FOLD_COLUMN = "fold"


def merge_folds(run: WritableRunFiles) -> None:
    """Store what the folds of each candidate are together; nothing without folds.

    Raises InconsistentPredictions when a fold's predictions are none.
    """
    plan = run.plan()
    if not folds_of(plan):
        return
    offsets = fold_offsets(run.summary())
    for candidate in plan["candidates"]:
        results = [read_result(run, candidate, fold) for fold in range(len(offsets))]
        completed = [each for each in results if each["status"] == "completed"]
        if len(completed) < len(results):
            run.write_result(failure_of_folds(candidate, results))
            continue
        merged = MergedLines(run, candidate["name"], offsets, measured="task" not in plan)
        run.write_predictions(candidate["name"], "".join(f"{line.text}\n" for line in merged.lines()))
        run.write_result(result_of_folds(completed, merged.metrics()))


class MergedLine(NamedTuple):
    """`place` is its line's number, from 1, in the file of the fold."""

    fold: int
    place: int
    text: str


@dataclass
class MergedLines:
    """The lines of one candidate's merged predictions. Of numbers, labels and predictions are kept on the
    way where they are to be `measured`.
    """

    run: RunFiles
    candidate: str
    offsets: Sequence[int]
    measured: bool = False
    _actual: array[float] = field(default_factory=lambda: array("d"))
    _predicted: array[float] = field(default_factory=lambda: array("d"))

    def lines(self) -> Iterator[MergedLine]:
        """The heading, then the rows, fold by fold. Raises InconsistentPredictions."""
        first = None
        for fold, offset in enumerate(self.offsets):
            lines = self.run.prediction_lines(self.candidate, fold)
            heading = next(lines, "")
            first = heading if first is None else first
            if heading != first or not heading.startswith("row,") or not heading.endswith(",cluster"):
                raise self._inconsistent(fold, "does not begin with the heading of predictions")
            if fold == 0:
                yield MergedLine(fold, 1, f"{heading},{FOLD_COLUMN}")
            yield from self._rows(lines, offset, fold)

    def metrics(self) -> MetricValues:
        """As scoring stores them: of classes none, which are measured where the candidates are judged."""
        return measure(self._actual, self._predicted).as_dict() if self.measured else {}

    def _rows(self, lines: Iterator[str], offset: int, fold: int) -> Iterator[MergedLine]:
        place = 1
        for place, line in enumerate(lines, start=2):
            row, _, rest = line.partition(",")
            rest, _, cluster = rest.rpartition(",")
            try:
                moved = f"{offset + int(row)},{rest},{offset + int(cluster)},{fold}"
                if self.measured:
                    actual, predicted = rest.split(",")
                    self._actual.append(float(actual))
                    self._predicted.append(float(predicted))
            except ValueError as err:
                flaw = f"does not hold a row, its label and its prediction in line {place}"
                raise self._inconsistent(fold, flaw) from err
            yield MergedLine(fold, place, moved)
        if place == 1:
            raise self._inconsistent(fold, "holds no predictions")

    def _inconsistent(self, fold: int, flaw: str) -> InconsistentPredictions:
        return InconsistentPredictions(self.run.key(predictions_of(self.candidate, fold)), flaw)


def result_of_folds(results: Sequence[CompletedResult], metrics: MetricValues) -> CompletedResult:
    """The result of all folds together, whose predictions have the `metrics`. Latency, throughput and
    importance are the first fold's; of a tuned candidate, what was tried in the fold with the best objective.
    """
    merged: CompletedResult = {
        **results[0],
        "metrics": metrics,
        "scored_rows": sum(each["scored_rows"] for each in results),
        "training_seconds": _sum([each["training_seconds"] for each in results]),
        "billable_seconds": _sum([each["billable_seconds"] for each in results]),
        "folds": [_fold(fold, each) for fold, each in enumerate(results)],
    }
    tunings = [each["tuning"] for each in results if "tuning" in each]
    if tunings:
        best = best_values(tunings)
        merged["tuning"] = next(tuning for tuning in tunings if best_values([tuning]) == best)
    return merged


def failure_of_folds(candidate: CandidateName, results: Sequence[Result]) -> FailedResult:
    """A candidate with a failed fold is failed: the others' rows would not be those of its rivals."""
    failed = [
        (fold, each["error"]) for fold, each in enumerate(results, start=1) if each["status"] == "failed"
    ]
    fold, error = failed[0]
    told = sentence(error)
    if len(failed) > 1:
        # SageMaker's reasons may end in a number ("exit code: 1").
        told += f"{'' if told.endswith(('.', '!', '?')) else '.'} {len(failed)} of its folds failed."
    return failed_result(candidate, f"Fold {fold} of {len(results)}: {told}")


def _fold(fold: int, result: CompletedResult) -> FoldResult:
    return {
        "fold": fold,
        "rows": result["scored_rows"],
        "metrics": result["metrics"],
        "training_seconds": result["training_seconds"],
        "billable_seconds": result["billable_seconds"],
    }


def _sum(values: Sequence[float | None]) -> float | None:
    """None where SageMaker does not say it of one."""
    known = [value for value in values if value is not None]
    return math.fsum(known) if len(known) == len(values) else None
