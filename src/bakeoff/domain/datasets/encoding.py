"""One row, prepared as the Spark job prepared all of them: what encoding.json says, in plain Python.

spark/preparation imports nothing of ours and says the same in Spark's expressions; a test runs both
over the same rows. Levels, fills and what is missing were found in the training rows alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from bakeoff.domain.errors import UnreadableCell
from bakeoff.domain.messages import excerpt
from bakeoff.domain.reading.mixed.moments import parts_of_date, parts_of_timestamp
from bakeoff.domain.reading.numbers import SPACES, canonical_number
from bakeoff.domain.run.documents import EncodedColumn, Encoding

CSV, DENSE, CODED = "csv", "dense", "coded"
VIEWS = (CSV, DENSE, CODED)
CATEGORY = "category"
_DAY_PARTS = ("day", "month", "weekday")
# Of kinds that are measured: the parts that are features, "" is the value itself.
_PARTS: dict[str, tuple[str, ...]] = {
    "number": ("",),
    "boolean": ("",),
    "date": _DAY_PARTS,
    "timestamp": (*_DAY_PARTS, "second"),
}
_BOOLEANS = {"true": "1", "false": "0", "1": "1", "0": "0"}


@dataclass(frozen=True)
class Encoder:
    """Prepares rows for one of the `VIEWS`. `decimal` is what the cells' numbers have before their fraction:
    "." or ",".
    """

    encoding: Encoding
    view: str
    decimal: str = "."

    def row(self, cells: Mapping[str, str]) -> list[str]:
        """The texts of the view's features, in their order: numbers, or "" where a value is missing.

        `cells` holds a row's cells by their columns' names, as a file spells them but for CSV's quotes; more
        columns than the features' do no harm. Raises UnreadableCell for a cell that is not what its column
        holds, or is not there.
        """
        lacking = [column["name"] for column in self.columns if column["name"] not in cells]
        if lacking:
            raise UnreadableCell(f"The row has no column {lacking[0]}.")
        return [text for column in self.columns for text in self.cell(column, cells[column["name"]])]

    def cell(self, column: EncodedColumn, cell: str) -> list[str]:
        """The texts of all features that the view makes of one column. Raises UnreadableCell."""
        text = cell.strip(SPACES)
        known = None if self.is_missing(text) else text
        if column["kind"] == CATEGORY:
            return self._category(column, known)
        return self._measured(column, known)

    def is_missing(self, cell: str) -> bool:
        return cell.strip(SPACES).lower() in self._missing

    def is_known(self, column: EncodedColumn, cell: str) -> bool:
        """Whether the training rows had the level, often enough to be listed; of measured columns, always."""
        return column["kind"] != CATEGORY or _place(column, cell.strip(SPACES)) is not None

    def width(self, column: EncodedColumn) -> int:
        """How many features the view makes of one column."""
        if column["kind"] == CATEGORY:
            return 1 if self.view == CODED else _places(column)
        return len(_PARTS[column["kind"]]) + self._indicates(column)

    @cached_property
    def places(self) -> dict[str, slice]:
        """Where the features of each column stand among the view's, by the column's name."""
        ends = list(accumulate(map(self.width, self.columns)))
        starts = [0, *ends][: len(ends)]
        return {
            column["name"]: slice(start, end)
            for column, start, end in zip(self.columns, starts, ends, strict=True)
        }

    @cached_property
    def columns(self) -> list[EncodedColumn]:
        """Those that became features, in the order of the features."""
        return [column for column in self.encoding["columns"] if "dropped" not in column]

    @cached_property
    def _missing(self) -> frozenset[str]:
        return frozenset(self.encoding["missing"])

    def _measured(self, column: EncodedColumn, text: str | None) -> list[str]:
        values = _missing_values(column, self.view) if text is None else self._values(column, text)
        return [*values, "1" if text is None else "0"] if self._indicates(column) else values

    def _values(self, column: EncodedColumn, text: str) -> list[str]:
        readers: dict[str, Callable[[str], list[str] | None]] = {
            "number": lambda text: _single(canonical_number(text, self.decimal)),
            "boolean": lambda text: _single(_BOOLEANS.get(text.lower())),
            "date": parts_of_date,
            "timestamp": parts_of_timestamp,
        }
        values = readers[column["kind"]](text)
        if values is None:
            raise UnreadableCell(
                f"Column {column['name']} holds {excerpt(text)}, which is no {column['kind']}."
            )
        return values

    def _indicates(self, column: EncodedColumn) -> bool:
        """Whether the view tells by a feature of its own that a value is missing."""
        return self.view == DENSE and column["kind"] != CATEGORY and column.get("missing", 0) > 0

    def _category(self, column: EncodedColumn, level: str | None) -> list[str]:
        if self.view == CODED:
            return [_code(column, level)]
        place = _place(column, level)
        return ["1" if place == each else "0" for each in range(_places(column))]


def _single(text: str | None) -> list[str] | None:
    return None if text is None else [text]


def _missing_values(column: EncodedColumn, view: str) -> list[str]:
    parts, fill = _PARTS[column["kind"]], column["fill"]
    if view != DENSE:
        return [""] * len(parts)
    return [fill] if isinstance(fill, str) else [fill[part] for part in parts]


def _places(column: EncodedColumn) -> int:
    """How many one-hot features there are: of the levels, then of what is rare or missing, if any is."""
    return len(column["levels"]) + bool(column["rare"]) + bool(column["missing"])


def _place(column: EncodedColumn, level: str | None) -> int | None:
    """Which of the places a level has; none for what training never saw, or too rarely to be listed."""
    levels, rare = column["levels"], column["rare"]
    if level is None:
        return len(levels) + bool(rare) if column["missing"] else None
    if level in levels:
        return levels.index(level)
    return len(levels) if level in rare else None


def _code(column: EncodedColumn, level: str | None) -> str:
    if level is None:
        return ""
    place = _place(column, level)
    # What training never saw comes after the rare ones, whether or not there are any.
    return str(len(column["levels"]) + 1 if place is None else place)
