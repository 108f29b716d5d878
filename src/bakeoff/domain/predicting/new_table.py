"""A file of new rows: which columns it has, and its cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from bakeoff.domain.errors import ColumnMismatch, UnreadableData
from bakeoff.domain.messages import excerpt
from bakeoff.domain.predicting.columns import RunColumns
from bakeoff.domain.reading.libsvm import tokens_of
from bakeoff.domain.reading.lines import BLANKS, Line, cells_of, is_comment, is_skipped, lines_of
from bakeoff.domain.reading.mixed.cells import decimal_of, torn_cell
from bakeoff.domain.reading.numbers import SPACES, bare, is_number

_DELIMITERS = (",", ";", "\t", "|", BLANKS)
_ENTRY = re.compile(r"0*([1-9][0-9]{0,8}):(.*)")
_SHOWN = 5


@dataclass(frozen=True)
class NewTable:
    """`names` are the columns of a row's `cells`, which are neither quoted nor surrounded by blanks; `lines`
    are the rows' places in the file, from 1, counted in a `unit`. `decimal` is what numbers have before their
    fraction.
    """

    key: str
    names: tuple[str, ...]
    lines: Sequence[int]
    cells: Sequence[Sequence[str]]
    decimal: str = "."
    notes: tuple[str, ...] = ()
    unit: str = "line"


def read_new_table(key: str, text: str, columns: RunColumns) -> NewTable:
    """The rows of CSV or libsvm, of which sentences say `key`. The label may be missing.

    Raises UnreadableData for a line that is no row, ColumnMismatch for columns that the run has not.
    """
    lines = [line for line in lines_of(text.removeprefix("\ufeff")) if line.text.strip(SPACES)]
    rows = [line for line in lines if not is_comment(line.text)]
    if not rows:
        raise UnreadableData(f"{key} holds no row: give it the rows to predict.")
    table = _libsvm(key, rows, columns) if _is_libsvm(rows[0]) else _delimited(key, rows, columns)
    if not table.lines:
        raise UnreadableData(f"{key} holds a header and no row: give it the rows to predict.")
    return require_columns(_with_note(table, lines, "is a comment and no row", is_comment), columns)


def require_columns(table: NewTable, columns: RunColumns) -> NewTable:
    """The table itself. Raises ColumnMismatch unless it has what the models need, and nothing unknown."""
    twice = [name for name, count in Counter(table.names).items() if count > 1 and name in columns.features]
    if twice:
        raise ColumnMismatch(
            f"{table.key} has two columns named {excerpt(twice[0])}, so that they cannot be told apart: "
            "rename or remove one."
        )
    lacking = [name for name in columns.features if name not in table.names]
    surplus = [name for name in table.names if name not in columns.known]
    if lacking:
        has = f", and has {_listed(surplus)} instead" if surplus else ""
        raise ColumnMismatch(
            f"{table.key} lacks {_listed(lacking)} that the model was trained on{has}: give it all columns "
            "that the uploads had; the target may be left out."
        )
    if surplus:
        raise ColumnMismatch(
            f"{table.key} has {_listed(surplus)} that no upload of the run had: rename or remove what does "
            "not belong."
        )
    return table


def _delimited(key: str, rows: Sequence[Line], columns: RunColumns) -> NewTable:
    delimiter = _delimiter(rows[0], columns)
    names = tuple(bare(cell) for cell in cells_of(rows[0].text, delimiter)) if columns.is_named else None
    if names is None:
        names = _by_position(key, rows[0], delimiter, columns)
    elif not columns.known.intersection(names):
        raise ColumnMismatch(
            f"{key}, line {rows[0].number} names no column that the run knows: begin the file with a header "
            f"as the uploads have, with {_listed(columns.features)}."
        )
    body = rows[1:] if columns.is_named else rows
    whole = [line for line in body if not is_skipped(line.text, delimiter)]
    cells = [list(_cells(key, line, delimiter, len(names))) for line in whole]
    named = tuple(name or f"column {number}" for number, name in enumerate(names, 1))
    decimal = columns.decimals.get(delimiter) or decimal_of(
        [cell for row in cells for cell in row], delimiter
    )
    table = NewTable(key, named, [line.number for line in whole], cells, decimal)
    return _with_note(table, body, "holds no value and is no row", lambda text: is_skipped(text, delimiter))


def _delimiter(first: Line, columns: RunColumns) -> str:
    """Of several that would do, the uploads' own comes first."""
    candidates = tuple(dict.fromkeys((*columns.delimiters, *_DELIMITERS)))

    def fits(delimiter: str) -> tuple[int, bool]:
        cells = [bare(cell) for cell in cells_of(first.text, delimiter)]
        known = len(columns.known.intersection(cells)) if columns.is_named else 0
        return known, len(cells) in (len(columns.order), len(columns.unlabelled))

    return max(candidates, key=fits)


def _by_position(key: str, first: Line, delimiter: str, columns: RunColumns) -> tuple[str, ...]:
    found = len(cells_of(first.text, delimiter))
    orders = {len(order): order for order in (columns.unlabelled, columns.order)}
    if found not in orders:
        raise ColumnMismatch(
            f"{key}, line {first.number} has {_counted(found)} in place of {len(columns.order)}, or "
            f"{len(columns.unlabelled)} without the target: give it the uploads' columns, in their order."
        )
    return orders[found]


def _cells(key: str, line: Line, delimiter: str, width: int) -> Iterator[str]:
    cells = cells_of(line.text, delimiter)
    torn = torn_cell(cells) if '"' in line.text else None
    if torn is not None:
        raise UnreadableData(
            f"{key}, line {line.number} has a cell whose quotes do not close, {excerpt(torn)}: write each "
            'row on one line, and a quote within quotes twice ("").'
        )
    if len(cells) != width:
        raise UnreadableData(
            f"{key}, line {line.number} has {_counted(len(cells))} in place of {width}: mend or remove it."
        )
    return map(bare, cells)


def _counted(columns: int) -> str:
    return "1 column" if columns == 1 else f"{columns} columns"


def _is_libsvm(line: Line) -> bool:
    """Entries, after a label or without one; a time like 12:30 stands beside what is neither."""
    first, *rest = tokens_of(line.text)
    entries = [*([] if is_number(first) else [first]), *rest]
    return bool(entries) and all(
        (found := _ENTRY.fullmatch(each)) and is_number(found[2]) for each in entries
    )


def _libsvm(key: str, rows: Sequence[Line], columns: RunColumns) -> NewTable:
    features = columns.unlabelled
    cells = [_spelled_out(key, line, len(features)) for line in rows]
    return NewTable(key, features, [line.number for line in rows], cells)


def _spelled_out(key: str, line: Line, width: int) -> list[str]:
    first, *rest = tokens_of(line.text)
    cells, last = ["0"] * width, 0
    for token in rest if is_number(first) else [first, *rest]:
        found = _ENTRY.fullmatch(token)
        if found is None:
            raise UnreadableData(
                f"{key}, line {line.number}: {excerpt(token)} is no index:value, with an index from 1: mend "
                "or remove the line."
            )
        index = int(found[1])
        if index <= last or index > width:
            why = f"is above the {width} features" if index > width else "does not ascend"
            raise UnreadableData(
                f"{key}, line {line.number}: the index of {excerpt(token)} {why}: mend or remove the line."
            )
        cells[index - 1], last = found[2], index
    return cells


def _with_note(
    table: NewTable, lines: Sequence[Line], what: str, is_meant: Callable[[str], bool]
) -> NewTable:
    numbers = [line.number for line in lines if is_meant(line.text)]
    if not numbers:
        return table
    more = f" (and {len(numbers) - 1} more)" if len(numbers) > 1 else ""
    return replace(table, notes=(*table.notes, f"{table.key}: line {numbers[0]}{more} {what}."))


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(excerpt(name) for name in names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"the column{'s' if len(names) > 1 else ''} {shown}{more}"
