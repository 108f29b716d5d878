"""What a task makes of replies: how they are read, stored and measured."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from bakeoff.domain.datasets.champion import champion_of
from bakeoff.domain.datasets.test_rows import HeldOutRows
from bakeoff.domain.errors import InvalidEvent, MalformedPrediction
from bakeoff.domain.planning.sections import of_section
from bakeoff.domain.run.documents import MetricValues, Plan
from bakeoff.domain.run.files import RunFiles
from bakeoff.domain.run.task import task_of
from bakeoff.domain.scoring.class_predictions import classes_csv
from bakeoff.domain.scoring.replies import parse_predictions
from bakeoff.domain.scoring.reply_kinds import ClassAnswers, Reply, joined, parse_classes
from bakeoff.domain.statistics.metrics import measure

T = TypeVar("T")


class Answering(Protocol, Generic[T]):
    """`T` are the answers to some rows."""

    is_regression: bool

    def read(self, body: str, accept: str, path: str, rows: int) -> T:
        """Raises MalformedPrediction when a reply does not answer so many rows."""

    def joined(self, parts: Iterable[T]) -> T:
        """The answers of all replies, in their order."""

    def metrics(self, rows: HeldOutRows, answers: T) -> MetricValues:
        """What results/<name>.json says of them."""

    def text(self, rows: HeldOutRows, answers: T) -> str:
        """predictions/<name>.csv."""


class Values:
    """Numbers, one a row."""

    is_regression = True

    def read(self, body: str, accept: str, path: str, rows: int) -> list[float]:
        return parse_predictions(body, accept, path, rows)

    def joined(self, parts: Iterable[list[float]]) -> list[float]:
        return [number for numbers in parts for number in numbers]

    def metrics(self, rows: HeldOutRows, answers: Sequence[float]) -> MetricValues:
        try:
            return measure(rows.actual, answers).as_dict()
        except OverflowError as err:
            raise MalformedPrediction(
                f"The model predicts values as far off as {max(answers, key=abs):g}, too far to be measured: "
                "its training has probably diverged, so change its hyperparameters."
            ) from err

    def text(self, rows: HeldOutRows, answers: Sequence[float]) -> str:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("row", "actual", "predicted", "cluster"))
        writer.writerows(zip(rows.numbers, rows.actual, answers, rows.clusters(), strict=True))
        return text.getvalue()


@dataclass(frozen=True)
class ClassReplies:
    """Classes, with their probabilities where the `reply` has any. `classes` are their names."""

    reply: Reply
    classes: Sequence[str]
    is_regression = False

    def read(self, body: str, accept: str, path: str, rows: int) -> ClassAnswers:
        return parse_classes(body, accept, self.reply, len(self.classes), rows)

    def joined(self, parts: Iterable[ClassAnswers]) -> ClassAnswers:
        return joined(parts)

    def metrics(self, rows: HeldOutRows, answers: ClassAnswers) -> MetricValues:
        """None: they are measured where the candidates are judged, with numpy, which takes no part here."""
        return {}

    def text(self, rows: HeldOutRows, answers: ClassAnswers) -> str:
        return classes_csv(rows, answers, self.classes)


VALUES = Values()


def answering_of(run: RunFiles, plan: Plan, candidate: str) -> Values | ClassReplies:
    """As the run's task has it. Raises InvalidEvent for a candidate that the plan does not know."""
    if "task" not in plan:
        return VALUES
    task, champion = task_of(run.summary()), champion_of(plan)
    if champion and champion["name"] == candidate:
        return ClassReplies(Reply.of(champion), task.classes)
    planned = next((each for each in plan["candidates"] if each["name"] == candidate), None)
    if planned is None:
        raise InvalidEvent(f"The plan of {run.run_id} has no candidate {candidate!r}.")
    return ClassReplies(Reply.of(of_section(planned, task.section)), task.classes)
