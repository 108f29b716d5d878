"""Predictions of classes as text: row, actual, predicted, the probability of each class, cluster."""

from __future__ import annotations

import csv
import io
from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence

from bakeoff.domain.datasets.test_rows import HeldOutRows
from bakeoff.domain.scoring.reply_kinds import ClassAnswers

# Files hold every digit of a number, so that only a sum's rounding is left.
_SUM_TOLERANCE = 1e-9


def classes_csv(rows: HeldOutRows, answers: ClassAnswers, classes: Sequence[str]) -> str:
    """The text of predictions/<name>.csv: classes by their names, and no p_<class> where a model names
    classes only. `rows.actual` are the numbers of the classes.
    """
    text = io.StringIO()
    names = [written(name) for name in classes]
    writer = csv.writer(text, lineterminator="\n")
    columns = [] if answers.probabilities is None else [column_of(name) for name in classes]
    writer.writerow(("row", "actual", "predicted", *columns, "cluster"))
    for row, actual, predicted, probabilities, cluster in zip(
        rows.numbers,
        rows.actual,
        answers.predicted,
        _rows_of(answers.probabilities, len(classes), len(rows.numbers)),
        rows.clusters(),
        strict=True,
    ):
        writer.writerow((row, names[int(actual)], names[predicted], *probabilities, cluster))
    return text.getvalue()


def column_of(name: str) -> str:
    return f"p_{written(name)}"


def written(name: str) -> str:
    """A class's name in one line, as it is but for what cannot be printed, and for backslashes, by which
    that is written: files are read line by line.
    """
    return "".join(each if _stays(each) else each.encode("unicode_escape").decode() for each in name)


class ClassColumns:
    """Reads what `classes_csv` wrote; `probabilities` are those of the rows read so far, as `ClassAnswers`
    has them, None without columns for them.
    """

    def __init__(self, heading: Collection[str], classes: Sequence[str]) -> None:
        self._numbers = {written(name): float(number) for number, name in enumerate(classes)}
        self._columns = [column_of(name) for name in classes]
        named = any(column in heading for column in self._columns)
        self.probabilities: array[float] | None = array("d") if named else None

    def label_and_prediction(self, line: Mapping[str, str]) -> tuple[float, float]:
        """The numbers of a row's classes.

        Raises LookupError, TypeError or ValueError when the row holds no classes, or no probabilities of
        which that of the predicted class is the first of the highest.
        """
        actual, predicted = self._numbers[line["actual"]], self._numbers[line["predicted"]]
        if self.probabilities is not None:
            found = [float(line[column]) for column in self._columns]
            if not all(0 <= each <= 1 for each in found) or abs(sum(found) - 1) > _SUM_TOLERANCE:
                raise ValueError("these are no probabilities")
            if found.index(max(found)) != predicted:
                raise ValueError("the most probable class is another one")
            self.probabilities.extend(found)
        return actual, predicted


def _stays(character: str) -> bool:
    return character.isprintable() and character != "\\"


def _rows_of(flat: array[float] | None, classes: int, rows: int) -> Iterator[Sequence[float]]:
    for row in range(rows):
        yield () if flat is None else flat[row * classes : (row + 1) * classes]
