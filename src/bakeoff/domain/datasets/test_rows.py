"""The held-out rows on which every candidate is judged."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bakeoff.domain.errors import DatasetsNotPrepared, TooFewRows
from bakeoff.domain.run.documents import Plan, TableColumn
from bakeoff.domain.run.files import (
    SCORED_FORMAT,
    RunFiles,
    data_fold_of,
    fold_name,
    split_of,
    table_of,
)
from bakeoff.domain.run.folds import fold_offsets
from bakeoff.domain.run.planned import columns_of, view_of

_NUMBER = "number"


@dataclass(frozen=True)
class HeldOutSplit:
    """Which `view` of the test split is read; `columns` are those of a mixed table, None of a plain one. With
    folds, the split is the test rows of one `fold`.
    """

    view: str = SCORED_FORMAT
    columns: Sequence[TableColumn] | None = None
    fold: int | None = None

    @classmethod
    def of_candidate(cls, plan: Plan, candidate: str, fold: int | None = None) -> HeldOutSplit:
        """The candidate's own view of the rows that all candidates are judged on."""
        return cls(view_of(plan, candidate), columns_of(plan), fold)

    @classmethod
    def of_any(cls, plan: Plan, fold: int | None = None) -> HeldOutSplit:
        """For what all views have in common, the labels."""
        return cls(plan["formats"][0] if "table" in plan else SCORED_FORMAT, columns_of(plan), fold)

    @property
    def place(self) -> str:
        """What the names of the objects begin with that hold the rows in the view: CSV, the label first."""
        if self.fold is None:
            return split_of(self.view, "test")
        if self.columns is None:
            return data_fold_of(self.view, self.fold)
        return split_of(self.view, "test", fold_name(self.fold))

    @property
    def table(self) -> str:
        """The same of the rows as they came, of a mixed table: JSON arrays of texts, the label first."""
        return table_of(self.fold)

    def __str__(self) -> str:
        return "the test split" if self.fold is None else fold_name(self.fold)


PLAIN = HeldOutSplit()


@dataclass(frozen=True)
class HeldOutRows:
    """`numbers` are positions in the test split, `features` are CSV without the label, `contents` digests of
    what makes rows one piece of evidence; all of shape (n,).
    """

    numbers: Sequence[int]
    actual: Sequence[float]
    features: Sequence[str]
    contents: Sequence[bytes]

    def at(self, positions: Sequence[int]) -> HeldOutRows:
        """Those of the rows, by their positions among these."""
        return HeldOutRows(
            [self.numbers[position] for position in positions],
            [self.actual[position] for position in positions],
            [self.features[position] for position in positions],
            [self.contents[position] for position in positions],
        )

    def clusters(self) -> list[int]:
        """For each row, the number of the first of these rows that equals it: its own, or a smaller one.

        Rows are equal when their labels and features are the same numbers, however they are spelled, and the
        same texts; where the plan has groups, rows of one group count as equal.
        """
        first: dict[bytes, int] = {}
        pairs = zip(self.contents, self.numbers, strict=True)
        return [first.setdefault(content, number) for content, number in pairs]


def read_test_rows(run: RunFiles, max_rows: int, split: HeldOutSplit = PLAIN) -> HeldOutRows:
    """The test split, evenly thinned out to `max_rows` rows (0: all); the same rows for every candidate.

    Raises TooFewRows when the split is empty, DatasetsNotPrepared when its views have not the same rows.
    """
    lines = list(run.lines_of(split.place))
    if not lines:
        where = "" if split.fold is None else f" in {split}"
        raise TooFewRows(f"Run {run.run_id} has no test rows{where}.")
    kept = sample_positions(len(lines), max_rows)
    rows = [lines[position].partition(",") for position in kept]
    if split.columns is None:
        contents = [_content_of_numbers(lines[position]) for position in kept]
    else:
        contents = _contents_of_table(run, split, kept, len(lines))
    return HeldOutRows(
        kept, [float(label) for label, _, _ in rows], [cells for _, _, cells in rows], contents
    )


def read_all_folds(run: RunFiles, max_rows: Sequence[int], split: HeldOutSplit) -> HeldOutRows:
    """The test rows of all folds, one after the other, of each as many as `read_test_rows` takes of it by its
    own of `max_rows`; numbered on from fold to fold, as predictions/<name>.csv has them.
    """
    offsets = fold_offsets(run.summary())
    parts = [read_test_rows(run, most, replace(split, fold=fold)) for fold, most in enumerate(max_rows)]
    pairs = list(zip(offsets, parts, strict=True))
    return HeldOutRows(
        [offset + number for offset, part in pairs for number in part.numbers],
        [label for part in parts for label in part.actual],
        [cells for part in parts for cells in part.features],
        [content for part in parts for content in part.contents],
    )


def sample_positions(total: int, cap: int) -> Sequence[int]:
    """At most `cap` evenly spaced positions of `total`; 0 keeps all.

    Depends on nothing else, so it is repeatable.
    """
    if not cap or total <= cap:
        return range(total)
    return [position * total // cap for position in range(cap)]


def _contents_of_table(run: RunFiles, split: HeldOutSplit, kept: Sequence[int], count: int) -> list[bytes]:
    """Line by line, because the rows as they came would take as much memory again as the rows of the view."""
    wanted = kept if isinstance(kept, range) else set(kept)
    contents, total = [], 0
    for position, line in enumerate(run.lines_of(split.table)):
        total += 1
        if position in wanted:
            contents.append(_content_of_cells(json.loads(line), split.columns or ()))
    if total != count:
        raise DatasetsNotPrepared(
            f"{str(split).capitalize()} of run {run.run_id} has {count} rows in a view, and {total} rows as "
            "they came: start a new run."
        )
    return contents


def _content_of_numbers(line: str) -> bytes:
    # + 0.0, because -0.0 is the same number as 0.0.
    return _digest(array("d", [float(cell) + 0.0 for cell in line.split(",") if cell]).tobytes())


def _content_of_cells(cells: Sequence[str], columns: Sequence[TableColumn]) -> bytes:
    """The group alone, where the row has one; or else everything."""
    pairs = list(zip(columns, cells, strict=True))
    group = [(column, cell) for column, cell in pairs if column["role"] == "group" and cell]
    values = [
        float(cell) + 0.0 if cell and column["kind"] == _NUMBER else cell for column, cell in group or pairs
    ]
    return _digest(json.dumps([bool(group), *values]).encode())


def _digest(content: bytes) -> bytes:
    # A split may hold millions of rows.
    return hashlib.blake2b(content, digest_size=16).digest()
