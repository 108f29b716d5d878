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
from bakeoff.domain.statistics.classification.influences import ClassedRows
from bakeoff.domain.statistics.loss_increase import METRICS, LossIncrease, class_loss_increase, loss_increase
from bakeoff.domain.statistics.metrics import measure
from bakeoff.domain.statistics.registry import metric_of

T = TypeVar("T")


class Answering(Protocol, Generic[T]):
    """`T` are the answers to some rows."""

    def read(self, body: str, accept: str, path: str, rows: int) -> T:
        """Raises MalformedPrediction when a reply does not answer so many rows."""

    def joined(self, parts: Iterable[T]) -> T:
        """The answers of all replies, in their order."""

    def metrics(self, rows: HeldOutRows, answers: T) -> MetricValues:
        """What results/<name>.json says of them."""

    def text(self, rows: HeldOutRows, answers: T) -> str:
        """predictions/<name>.csv."""

    def at(self, answers: T, positions: Sequence[int]) -> T:
        """Those to the rows at the positions, in their order."""

    def unmeasurable(self, metric: str, answers: T) -> str | None:
        """Why nobody can say by how much other answers are worse in the metric; None if that can be said."""

    def increase(
        self, metric: str, rows: HeldOutRows, own: T, worse: Sequence[T], confidence: float
    ) -> LossIncrease | None:
        """How much worse others than the `own` answers to the rows are, one for each repetition; None where
        the metric is undefined.
        """


class Values:
    """Numbers, one a row."""

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

    def at(self, answers: Sequence[float], positions: Sequence[int]) -> list[float]:
        return [answers[position] for position in positions]

    def unmeasurable(self, metric: str, answers: Sequence[float]) -> str | None:
        return None if metric in METRICS else f"importance is measured by {', '.join(METRICS)} only"

    def increase(
        self,
        metric: str,
        rows: HeldOutRows,
        own: Sequence[float],
        worse: Sequence[Sequence[float]],
        confidence: float,
    ) -> LossIncrease | None:
        return loss_increase(metric, rows.actual, own, worse, rows.clusters(), confidence)


@dataclass(frozen=True)
class ClassReplies:
    """Classes, with their probabilities where the `reply` has any. `classes` are their names."""

    reply: Reply
    classes: Sequence[str]

    def read(self, body: str, accept: str, path: str, rows: int) -> ClassAnswers:
        return parse_classes(body, accept, self.reply, len(self.classes), rows)

    def joined(self, parts: Iterable[ClassAnswers]) -> ClassAnswers:
        return joined(parts)

    def metrics(self, rows: HeldOutRows, answers: ClassAnswers) -> MetricValues:
        """None: they are measured where the candidates are judged, with numpy, which takes no part here."""
        return {}

    def text(self, rows: HeldOutRows, answers: ClassAnswers) -> str:
        return classes_csv(rows, answers, self.classes)

    def at(self, answers: ClassAnswers, positions: Sequence[int]) -> ClassAnswers:
        return answers.at(positions, len(self.classes))

    def unmeasurable(self, metric: str, answers: ClassAnswers) -> str | None:
        measured = metric_of("classification", metric)
        if measured.needs == "label" or answers.probabilities is not None:
            return None
        return f"it answers without the probabilities that the {measured.name} is measured by"

    def increase(
        self,
        metric: str,
        rows: HeldOutRows,
        own: ClassAnswers,
        worse: Sequence[ClassAnswers],
        confidence: float,
    ) -> LossIncrease | None:
        labels, classes = [int(label) for label in rows.actual], len(self.classes)
        found, *others = (
            ClassedRows(labels, each.predicted, each.probabilities, classes) for each in (own, *worse)
        )
        return class_loss_increase(metric, found, others, rows.clusters(), confidence)


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
