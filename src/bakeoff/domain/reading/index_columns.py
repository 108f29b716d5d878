"""Columns without a name that nobody measured: row numbers, and what a delimiter at a line's end makes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from bakeoff.domain.errors import UnreadableData
from bakeoff.domain.reading.lines import Line
from bakeoff.domain.reading.numbers import bare, is_name, number_of

# Fewer rows may count up by chance.
_ROWS_THAT_COUNT = 10
_UNNAMED = re.compile(r"|Unnamed: [0-9]+(?:_level_[0-9]+|\.[0-9]+)?|\.\.\.[0-9]+", re.IGNORECASE)
# What people call a column that tells rows apart: id, case_no, RowNames, customerID; not grid or width.
_IDENTIFIER = re.compile(
    r"(?:^|[\W_])(?i:ids?|no|nr|key|uu?id|serial|index|idx|rows?|row[\W_]?(?:names?|num(?:ber)?|id|no))$"
    r"|[a-z]I[Dd]$"
)


def left_out(
    key: str,
    names: tuple[str, ...] | None,
    header: Sequence[Line],
    width: int,
    cells: Sequence[Sequence[str]],
    delimiter: str,
) -> tuple[tuple[str, ...] | None, Mapping[int, str]]:
    """The names of all columns, and the positions (from 0) of those left out with the reason.

    Raises UnreadableData when the header does not name as many columns as the rows have.
    """
    rows = [row for row in cells if len(row) == width]
    if names is None:
        return None, _without_names(rows, width)
    if len(names) != width:
        names = _aligned(key, names, header, rows, width, delimiter)
    unnamed = [column for column, name in enumerate(names) if _UNNAMED.fullmatch(name)]
    reasons = {column: _reason([row[column] for row in rows], column) for column in unnamed}
    return names, {column: reason for column, reason in reasons.items() if reason}


def is_unnamed(name: str) -> bool:
    return bool(_UNNAMED.fullmatch(name))


def _aligned(
    key: str,
    names: tuple[str, ...],
    header: Sequence[Line],
    rows: Sequence[Sequence[str]],
    width: int,
    delimiter: str,
) -> tuple[str, ...]:
    """R names no column of row numbers; a delimiter at the end of each row makes a column, too."""
    missing = width - len(names)
    if rows and missing > 0 and not any(bare(cell) for row in rows for cell in row[-missing:]):
        return *names, *[""] * missing
    first = [row[0] for row in rows]
    if rows and missing == 1 and (_is_row_number(first) or counts_up(first) or are_row_names(first)):
        return "", *names
    hint = ", and write numbers without commas" if delimiter == "," else ""
    raise UnreadableData(
        f"{key}, line {header[0].number}: the header names {len(names)} columns, but the rows have {width}: "
        f"give each column one name{hint}."
    )


def _without_names(rows: Sequence[Sequence[str]], width: int) -> dict[int, str]:
    found = {}
    for column in range(width - 1, 1, -1):
        if not rows or any(bare(row[column]) for row in rows):
            break
        found[column] = f"column {column + 1} has neither a name nor a value"
    if len(rows) >= _ROWS_THAT_COUNT and counts_up([row[0] for row in rows]):
        found[0] = "column 1 has no name and counts up by one, as row numbers do"
    return found


def _reason(cells: Sequence[str], column: int) -> str | None:
    if all(not bare(cell) for cell in cells):
        return f"column {column + 1} has neither a name nor a value"
    if counts_up(cells):
        return f"column {column + 1} has no name and counts up by one, as row numbers do"
    if _is_row_number(cells):
        return f"column {column + 1} has no name and whole numbers that all differ, as row numbers do"
    if column == 0 and are_row_names(cells):
        return "column 1 has no name and text that differs in every row, as the names of rows do"
    return None


def are_row_names(cells: Sequence[str]) -> bool:
    """Text that tells rows apart, as R writes above its data frames' names of rows."""
    texts = [bare(cell) for cell in cells]
    return len(set(texts)) == len(texts) > 1 and all(map(is_name, texts))


def _is_row_number(cells: Sequence[str]) -> bool:
    values = [value for value in map(number_of, cells) if value is not None]
    whole = all(abs(value) < 1e15 and value == int(value) for value in values)
    return bool(values) and 100 * len(values) >= 99 * len(cells) and whole and len(set(values)) == len(values)


def counts_up(cells: Sequence[str]) -> bool:
    """Whether nearly each value is the one before it and one more: files may be joined, and cells missing."""
    values = [number_of(cell) for cell in cells]
    steps = [b - a for a, b in pairwise(value for value in values if value is not None)]
    return 10 * len(steps) > 8 * (len(values) - 1) > 0 and 10 * steps.count(1) >= 9 * len(steps)


def looks_like_row_numbers(name: str | None, cells: Sequence[str]) -> str | None:
    """How a column does so that might be measured all the same: "counts up by one"; None when it does not."""
    if counts_up(cells):
        return "counts up by one"
    values = [number_of(cell) for cell in cells]
    steps = {b - a for a, b in pairwise(value for value in values if value is not None)}
    if len(steps) == 1 and steps != {0.0} and _is_row_number(cells):
        return f"counts in steps of {steps.pop():g}"
    if _is_row_number(cells) and name is not None and _IDENTIFIER.search(name):
        return "holds whole numbers that all differ"
    if _is_row_number(cells) and name is None and all(step > 0 for step in steps):
        return "holds whole numbers that rise from row to row"
    return None
