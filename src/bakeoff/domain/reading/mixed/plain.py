"""Which data are numbers alone, without gaps, and keep the path that knows nothing else."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bakeoff.domain.reading.lines import cells_of
from bakeoff.domain.reading.mixed.cells import is_quoted_delimiter
from bakeoff.domain.reading.mixed.profile import CELLS_THAT_TELL, FEWEST_ROWS, NUMBER, Profile
from bakeoff.domain.reading.mixed.settings import ColumnSettings
from bakeoff.domain.reading.numbers import MISSING, is_missing, is_number
from bakeoff.domain.reading.table import Table


def is_plain(tables: Sequence[Table], settings: ColumnSettings) -> bool:
    """Whether every column of all heads holds numbers, and nobody says anything of single columns."""
    return not settings.given and all(table.format == "libsvm" or _is_numbers(table) for table in tables)


def _is_numbers(table: Table) -> bool:
    if table.delimiter is None:
        return False
    odd: set[int] = set()
    kept = table.kept
    for line in table.lines:
        cells = cells_of(line.text, table.delimiter)
        if len(cells) != table.width:
            continue
        if is_quoted_delimiter(line.text, table.delimiter, table.width):
            return False
        for column in kept:
            if not is_number(cells[column]):
                if is_missing(cells[column]):
                    return False
                odd.add(column)
    return not odd or _are_mostly_numbers(table, odd)


def _are_mostly_numbers(table: Table, columns: Collection[int]) -> bool:
    """A few texts in a column of numbers are flaws of their rows."""
    assert table.delimiter is not None
    profiles = {column: Profile() for column in columns}
    for line in table.lines[: max(FEWEST_ROWS, CELLS_THAT_TELL // table.width)]:
        cells = cells_of(line.text, table.delimiter)
        if len(cells) == table.width:
            for column, profile in profiles.items():
                profile.add(table.key, line, cells[column], ".", MISSING)
    return all(profile.judged() == NUMBER for profile in profiles.values())
