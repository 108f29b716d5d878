"""The rows of a mixed table: what each cell must be, and why a line is none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from bakeoff.domain.reading.delimited import too_large
from bakeoff.domain.reading.flaws import SETTINGS, Flaw, cell_flaw, with_settings
from bakeoff.domain.reading.lines import Line, cells_of
from bakeoff.domain.reading.mixed.cells import checker_of, torn_cell
from bakeoff.domain.reading.numbers import LARGEST_FEATURE, LARGEST_LABEL, bare, canonical_number
from bakeoff.domain.reading.table import Row, Table

_CALLED = {"\t": "tab"}
_A_KIND = {
    "boolean": "is neither true nor false",
    "date": "is no date as YYYY-MM-DD",
    "timestamp": "is no date and time as YYYY-MM-DDTHH:MM:SS",
}
UNLABELLED = None
# In place of a label that is a class: its text stands before those of the features.
_CLASS = 0.0


@dataclass(frozen=True)
class Column:
    """A column that is read: where it stands in the file, and what its cells must be."""

    name: str
    role: str
    kind: str
    at: int


def read_rows(
    table: Table, columns: Sequence[Column], decimal: str, missing: Collection[str]
) -> Iterator[Row | Flaw | None]:
    """A row or a flaw for each line of the head; UNLABELLED where only the label is missing."""
    checks = [(column, checker_of(column.kind, decimal)) for column in columns]
    for line in table.lines:
        yield _read(table, line, checks, decimal, missing)


def _read(
    table: Table,
    line: Line,
    checks: Sequence[tuple[Column, Callable[[str], bool]]],
    decimal: str,
    missing: Collection[str],
) -> Row | Flaw | None:
    assert table.delimiter is not None
    if line.is_long:
        return Flaw(line.number, None, line.text, "is longer than 1 MiB", "mend or remove the line")
    cells = cells_of(line.text, table.delimiter)
    flaw = _of_the_line(table, line, cells)
    if flaw:
        return flaw
    label, values = 0.0, []
    for number, (column, holds) in enumerate(checks):
        text = bare(cells[column.at])
        if text.lower() in missing:
            if column.role == "label":
                return UNLABELLED
            if column.role == "time":
                return Flaw(line.number, column.name, text, "is no time", "mend or remove the row")
            continue
        if not holds(text):
            return flaw_of_cell(line.number, column, text)
        if column.kind == "number":
            value = float(canonical_number(text, decimal) or "nan")
            if abs(value) > (LARGEST_FEATURE if number else LARGEST_LABEL):
                return too_large(line.number, column.name, text, is_label=not number)
            label = value if number == 0 else label
        elif number == 0:
            label = _CLASS
        if number or column.kind != "number":
            values.append((number, text))
    return label, tuple(values)


def _of_the_line(table: Table, line: Line, cells: Sequence[str]) -> Flaw | None:
    torn = torn_cell(cells) if '"' in line.text else None
    if torn is not None and line.text.count('"') % 2:
        what = "begins a quoted cell that runs over the end of the line"
        return Flaw(line.number, None, torn, what, "write each row on one line")
    if torn is not None:
        return Flaw(line.number, None, torn, "has a quote within quotes", 'write it twice ("")')
    if len(cells) != table.width:
        by = _CALLED.get(table.delimiter or "", table.delimiter)
        what = f"has {len(cells)} columns in place of {table.width}"
        return Flaw(line.number, None, line.text, what, f"mend or remove the line (its delimiter is {by})")
    return None


def flaw_of_cell(line: int, column: Column, text: str) -> Flaw:
    """Why a cell is not what its column holds, and the cures that settings are."""
    if column.kind in _A_KIND:
        cure = f"mend it, give its spelling in the setting `missing`, or {SETTINGS}"
        return Flaw(line, column.name, text, _A_KIND[column.kind], cure)
    flaw = cell_flaw(line, column.name, text, is_label=column.role == "label")
    return flaw if column.role == "label" else with_settings(flaw)
