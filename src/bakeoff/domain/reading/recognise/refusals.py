"""What is no table, or none that a comparison takes."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bakeoff.domain.errors import NotATable, UnreadableData
from bakeoff.domain.messages import excerpt
from bakeoff.domain.reading.delimited import refuse_one_column
from bakeoff.domain.reading.lines import Line, cells_of
from bakeoff.domain.reading.numbers import SPACES, is_number
from bakeoff.domain.reading.table import MAX_FEATURES, Table


def refuse_text(table: Table) -> None:
    """A dictionary of the columns, say, which has neither header nor row as far as anybody can tell."""
    by = table.delimiter
    if by is None or table.names:
        return
    cells = (cell for line in table.lines for cell in cells_of(line.text, by))
    if any(cell.strip(SPACES)[:1].isdigit() or is_number(cell) for cell in cells):
        return
    line = table.lines[0]
    raise NotATable(
        f"{table.key} holds text alone (line {line.number}: {excerpt(line.text)}), and a comparison "
        "needs numbers: remove it if it describes other data, or give its columns numbers."
    )


def refuse_json(key: str, lines: Sequence[Line]) -> None:
    first = lines[0].text.strip(SPACES)
    if not first.startswith(("{", "[")):
        return
    is_one = _is_json("\n".join(line.text for line in lines))
    if _is_json(first) and len(lines) > 1 and not is_one:
        raise UnreadableData(
            f"{key} holds JSON lines: convert it to CSV, a column for each name, or remove it if it is no "
            "data."
        )
    if is_one or first in ("{", "[", "[{") or first.startswith(('{"', "[{", '["', "[[")):
        raise UnreadableData(
            f"{key} is JSON: convert it to CSV, a column for each name, or remove it if it is no data."
        )


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def refuse_single_numbers(key: str, lines: Sequence[Line]) -> None:
    sample = lines[:500]
    if 2 * sum(is_number(line.text) for line in sample) > len(sample):
        raise UnreadableData(
            f"{key} has one column only (line {sample[-1].number}: {excerpt(sample[-1].text)}), and a "
            "comparison needs a label and at least one feature: upload a table of two columns or more."
        )


def refuse_widest(table: Table) -> None:
    features = len(table.kept) - 1
    if table.format == "csv":
        refuse_one_column(table)
    if features > MAX_FEATURES:
        raise UnreadableData(
            f"{table.key} has a row with {features} features, more than the {MAX_FEATURES} that a "
            "comparison takes: correct that row or leave features out."
        )
