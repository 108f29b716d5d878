"""What a model answers to new rows, as a file that people read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any

from bakeoff.domain.ports import Endpoint
from bakeoff.domain.run.documents import ModelRequest
from bakeoff.domain.scoring.answering import Answering, ClassReplies
from bakeoff.domain.scoring.class_predictions import column_of, written
from bakeoff.domain.scoring.replies import batches
from bakeoff.domain.scoring.reply_kinds import ClassAnswers

ROW, PREDICTION, CLASS = "row", "prediction", "class"


def ask(endpoint: Endpoint, request: ModelRequest, answering: Answering[Any], features: Sequence[str]) -> Any:
    """The answers in the order of the rows, which are asked for in batches. Raises a ScoringError."""
    return answering.joined(
        answering.read(endpoint.predict(batch), request["accept"], request["prediction_path"], len(batch))
        for batch in batches(features)
    )


def answers_csv(own: Mapping[str, Sequence[str]], answering: Answering[Any], answers: Any) -> str:
    """A line a row: its number from 1, its `own` cells, and what was predicted; of classes the class, and
    p_<class> of each where the model tells probabilities. An own column of one of these names is called
    input_<name>.
    """
    heading, rows = (
        _of_classes(answering.classes, answers)
        if isinstance(answering, ClassReplies)
        else ([PREDICTION], ([value] for value in answers))
    )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    taken = {ROW, *heading}
    writer.writerow([ROW, *(f"input_{name}" if name in taken else name for name in own), *heading])
    cells: Iterable[Sequence[str]] = zip(*own.values(), strict=True) if own else repeat(())
    for number, (each, answer) in enumerate(zip(cells, rows, strict=False), 1):
        writer.writerow([number, *each, *answer])
    return text.getvalue()


def _of_classes(classes: Sequence[str], answers: ClassAnswers) -> tuple[list[str], Iterator[list[Any]]]:
    flat, each = answers.probabilities, len(classes)
    names = [written(name) for name in classes]
    rows = (
        [names[predicted], *(flat[row * each : (row + 1) * each] if flat is not None else ())]
        for row, predicted in enumerate(answers.predicted)
    )
    return [CLASS, *(map(column_of, classes) if flat is not None else ())], rows
