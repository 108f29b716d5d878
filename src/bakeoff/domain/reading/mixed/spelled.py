"""libsvm whose labels are classes, as the lines of a table: every feature spelled out, zeros too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bakeoff.domain.reading.flaws import Flaw
from bakeoff.domain.reading.libsvm import read_libsvm, tokens_of
from bakeoff.domain.reading.lines import Line
from bakeoff.domain.reading.table import Table

_SEPARATOR = ","


@dataclass(frozen=True)
class SpelledOut:
    """`table` has the lines that are rows, and `flaws` are those of the others."""

    table: Table
    flaws: tuple[Flaw, ...] = ()


def spelled_out(tables: Sequence[Table], feature_count: int) -> list[SpelledOut]:
    """All tables as ones of lines with a delimiter; libsvm as wide as the widest, or as `feature_count`."""
    width = max(feature_count + 1, *(table.width for table in tables))
    return [_spelled(table, width) if table.format == "libsvm" else SpelledOut(table) for table in tables]


def _spelled(table: Table, width: int) -> SpelledOut:
    lines, flaws = list[Line](), list[Flaw]()
    for line, row in zip(table.lines, read_libsvm(table, ()), strict=True):
        if isinstance(row, Flaw):
            flaws.append(row)
        else:
            lines.append(replace(line, text=_text(line.text, width)))
    return SpelledOut(replace(table, lines=lines, width=width, delimiter=_SEPARATOR), tuple(flaws))


def _text(line: str, width: int) -> str:
    """As it is written, so that a class has the name that the file gives it."""
    label, *entries = tokens_of(line)
    cells = [label, *("0" for _ in range(width - 1))]
    for entry in entries:
        index, _, value = entry.partition(":")
        cells[int(index)] = value
    return _SEPARATOR.join(cells)
