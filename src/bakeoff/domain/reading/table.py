"""What an object's first bytes show, before anybody says which column is the label."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bakeoff.domain.reading.flaws import Flaw
from bakeoff.domain.reading.lines import Line

# The template's limit of FeatureCount, too: Spark makes a column of each.
MAX_FEATURES = 10_000
# A row's label, and its features other than 0 by their number from 1, in CSV as in libsvm.
# Of a mixed table, the texts of all columns that are not missing, by their number from 1.
Row = tuple[float, tuple[tuple[int, float | str], ...]]


@dataclass(frozen=True)
class Table:
    """`width` counts the cells of a CSV row, and label and features of libsvm.

    `left_out` maps positions (from 0) of columns that are neither label nor feature to the reason. `lines`
    are those that must be rows; `skip` lists lines as Spark sees them that are none. `kinds` are those that
    the schema of Parquet states, None where it is `unreadable` for a reason; it states the rows, too.
    """

    key: str
    format: str
    compression: str
    delimiter: str | None
    header: str | None
    names: tuple[str, ...] | None
    width: int
    left_out: Mapping[int, str]
    skip: tuple[str, ...]
    lines: Sequence[Line]
    is_all: bool
    notes: tuple[str, ...] = ()
    sparse: bool = False
    columns: tuple[int, ...] = field(default=())
    kinds: tuple[str | None, ...] = ()
    unreadable: Mapping[int, str] = field(default_factory=dict)
    stated_rows: int | None = None

    @property
    def kept(self) -> list[int]:
        return [column for column in range(self.width) if column not in self.left_out]

    def column_name(self, column: int) -> str:
        """What a sentence calls a column: by its name, or by its position from 1."""
        name = self.names[column] if self.names else ""
        return name or str(column + 1)


class Reader(Protocol):
    """Reads the lines of a table whose `columns` are known: label first, then the features."""

    def __call__(self, table: Table, columns: Sequence[int]) -> Iterator[Row | Flaw]: ...
