"""Which column is predicted: the one that a person names, or else the first that can be meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bakeoff.domain.errors import UnknownTarget
from bakeoff.domain.messages import excerpt
from bakeoff.domain.reading.index_columns import counts_up, is_unnamed, looks_like_row_numbers
from bakeoff.domain.reading.lines import cells_of
from bakeoff.domain.reading.table import Table

FIRST_COLUMN = "the first column"
PARAMETER = "Target"
EXECUTION = "the execution's input"
_NAMED = 20
_POSITION = re.compile("[0-9]{1,9}")
_ROWS_THAT_COUNT = 10
_SAMPLE = 1000


@dataclass(frozen=True)
class Target:
    """A column's name, or its position from 1, as a person gave it; empty for none. `source` says where."""

    text: str = ""
    source: str = PARAMETER


NO_TARGET = Target()


@dataclass(frozen=True)
class Aim:
    """`columns` are positions from 0: the label's, then the features' in the file's order."""

    columns: tuple[int, ...]
    source: str
    notes: tuple[str, ...] = ()

    @property
    def label(self) -> int:
        return self.columns[0]


def aim_at(table: Table, target: Target) -> Aim:
    """Raises UnknownTarget for a column that the table lacks, or when nobody can mean the first one."""
    if table.format == "libsvm":
        return _libsvm_aim(table, target)
    label = column_named(table, target) if target.text else first_column(table)
    features = [column for column in table.kept if column != label]
    source = target.source if target.text else FIRST_COLUMN
    return Aim((label, *features), source, tuple(notes_on(table, label, bool(target.text))))


def _libsvm_aim(table: Table, target: Target) -> Aim:
    if target.text not in ("", "1"):
        cure = f"leave {PARAMETER} empty" if target.source == PARAMETER else "leave the target out"
        raise UnknownTarget(
            f"{table.key} is libsvm, whose label is the first number of each row: {cure} or set it to 1 in "
            f"place of {excerpt(target.text)}, which {target.source} says."
        )
    source = target.source if target.text else FIRST_COLUMN
    return Aim(tuple(range(table.width)), source)


def column_named(table: Table, target: Target) -> int:
    """The position from 0. Raises UnknownTarget for a column that the table lacks or has twice."""
    names = table.names or ()
    wanted = target.text.strip()
    same = [column for column, name in enumerate(names) if name == wanted]
    # A header in single quotes keeps them, which a person who reads the names hardly sees.
    same = same or [column for column, name in enumerate(names) if name == f"'{wanted}'"]
    if len(same) > 1:
        raise UnknownTarget(
            f"{table.key} has {len(same)} columns named {excerpt(target.text)}: rename all but one, or give "
            f"the position from 1 in {target.source}."
        )
    if same:
        return same[0]
    if _POSITION.fullmatch(target.text.strip()) and 1 <= int(target.text) <= table.width:
        return int(target.text) - 1
    raise UnknownTarget(
        f"{table.key} has no column {excerpt(target.text)}, which {target.source} names: "
        f"{nearest(wanted, names)} columns are {listed(table)}."
    )


def nearest(wanted: str, names: Sequence[str]) -> str:
    """ "did you mean price? Its", if a name is near, and else "its"."""
    by_lower = {name.lower(): name for name in reversed(names) if name}
    close = difflib.get_close_matches(wanted.lower(), by_lower, n=2, cutoff=0.7)
    return f"did you mean {' or '.join(by_lower[name] for name in close)}? Its" if close else "its"


def listed(table: Table) -> str:
    if not table.names:
        return f"1 to {table.width}, without names"
    names = ", ".join(name or f"{column} (unnamed)" for column, name in enumerate(table.names[:_NAMED], 1))
    more = len(table.names) - _NAMED
    return names + (f" and {more} more" if more > 0 else "")


def first_column(table: Table) -> int:
    label = table.kept[0]
    name = table.names[label] if table.names else None
    if name is not None and is_unnamed(name):
        return label
    cells = [row[label] for row in _rows(table)]
    likeness = looks_like_row_numbers(name, cells) if len(cells) >= _ROWS_THAT_COUNT else None
    if likeness:
        raise UnknownTarget(
            f"{table.key}: the first column{f', {name},' if name else ''} {likeness} as row numbers do: set "
            f"Target to the column to predict, one of {listed(table)}."
        )
    return label


def _rows(table: Table) -> list[list[str]]:
    if table.delimiter is None:
        return []
    rows = [cells_of(line.text, table.delimiter) for line in table.lines[:_SAMPLE]]
    return [row for row in rows if len(row) == table.width]


def _that_count_up(table: Table) -> Iterator[int]:
    rows = _rows(table)
    for column in table.kept if len(rows) >= _ROWS_THAT_COUNT else ():
        # Most columns show after a few rows that they do not, and there may be thousands.
        begins = counts_up([row[column] for row in rows[:_ROWS_THAT_COUNT]])
        if begins and counts_up([row[column] for row in rows]):
            yield column


def notes_on(table: Table, label: int, is_given: bool, unread: Collection[int] = ()) -> Sequence[str]:
    notes = [f"{table.key}: {why}: left out." for column, why in table.left_out.items() if column != label]
    for column in _that_count_up(table):
        if column != label and column not in unread:
            notes.append(
                f"{table.key}: the feature {table.column_name(column)} counts up by one as row numbers do: "
                "remove the column if it numbers the rows."
            )
    if not is_given:
        which = f"column {label + 1}" if not table.names else table.names[label] or f"column {label + 1}"
        place = "the first one" if label == 0 else "the first one that is left"
        notes.insert(0, f"No Target is set, so the label is {which}, {place} of {table.key}.")
    return notes
