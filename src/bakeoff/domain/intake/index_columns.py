"""Columns without a name that nobody measured: row numbers, and what a delimiter at a line's end makes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from bakeoff.domain.errors import UnreadableData
from bakeoff.domain.intake.lines import Line
from bakeoff.domain.intake.numbers import bare, number_of

# Fewer rows may count up by chance.
_ROWS_THAT_COUNT = 10
_UNNAMED = re.compile(r"|Unnamed: [0-9]+(?:_level_[0-9]+)?|\.\.\.[0-9]+", re.IGNORECASE)


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
    if len(names) == width - 1 and all(not bare(row[-1]) for row in rows):
        return *names, ""
    if len(names) == width - 1 and _is_row_number([row[0] for row in rows]):
        return "", *names
    raise UnreadableData(
        f"{key}, line {header[0].number}: the header names {len(names)} columns, but the rows have {width}: "
        f"give each column one name{_hint(delimiter)}."
    )


def _hint(delimiter: str) -> str:
    return ", and write numbers without commas" if delimiter == "," else ""


def _without_names(rows: Sequence[Sequence[str]], width: int) -> dict[int, str]:
    found = {}
    if rows and width > 2 and all(not bare(row[-1]) for row in rows):
        found[width - 1] = f"column {width} has neither a name nor a value"
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
    return None


def _is_row_number(cells: Sequence[str]) -> bool:
    values = [value for value in map(number_of, cells) if value is not None]
    whole = all(abs(value) < 1e15 and value == int(value) for value in values)
    return bool(values) and 100 * len(values) >= 99 * len(cells) and whole and len(set(values)) == len(values)


def counts_up(cells: Sequence[str]) -> bool:
    """Whether each value is the one before it and one more."""
    values = [number_of(cell) for cell in cells]
    pairs = pairwise(values)
    return len(values) > 1 and all(a is not None and b is not None and b - a == 1 for a, b in pairs)
