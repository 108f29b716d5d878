"""What an uploaded object is, told by its first bytes and never by its name."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial

from bakeoff.domain.errors import NotATable, UnreadableData
from bakeoff.domain.messages import excerpt
from bakeoff.domain.reading.delimited import as_delimited, read_delimited
from bakeoff.domain.reading.flaws import Flaw
from bakeoff.domain.reading.libsvm import as_libsvm, read_libsvm
from bakeoff.domain.reading.lines import cells_of, is_blank, lines_of
from bakeoff.domain.reading.numbers import is_number
from bakeoff.domain.reading.parquet.table import is_parquet, parquet_table
from bakeoff.domain.reading.recognise.recognised import Recognised, recognised
from bakeoff.domain.reading.recognise.refusals import (
    refuse_json,
    refuse_single_numbers,
    refuse_text,
    refuse_widest,
)
from bakeoff.domain.reading.table import Reader, Table
from bakeoff.domain.reading.target import Aim, Target, aim_at
from bakeoff.domain.reading.text import HEAD_BYTES, LARGE_HEAD_BYTES, HeadText, read_text

_READERS: dict[str, Reader] = {"csv": read_delimited, "libsvm": read_libsvm}
# With fewer whole lines in its head, an object is worth a larger one.
_FEW_LINES = 20
_SHOWN = 60
_SAMPLE = 500
_MOST_ALIKE = 10


def recognise(key: str, head: bytes, *, target: str = "", size: int | None = None) -> Recognised:
    """What the object is whose first bytes are `head`: at least HEAD_BYTES, or all of it.

    `target` is a column's name or its position from 1, and the first column when it is empty; `size` is the
    object's in bytes, which tells whether a longer head is all of it. Malformed lines are allowed for: what
    most of the first lines are decides. Raises UnreadableData or UnknownTarget, naming `key`.
    """
    table = _table_of(key, read_text(key, head, size))
    return judge(table, aim_at(table, Target(target)))


def recognise_object(
    key: str, size: int, read_head: Callable[[int], bytes], *, target: str = ""
) -> Recognised:
    """As `recognise`, for an object of `size` bytes of which `read_head` returns at most the first ones."""
    table = look_at(key, size, read_head)
    return judge(table, aim_at(table, Target(target)))


def look_at(
    key: str,
    size: int,
    read_head: Callable[[int], bytes],
    read_tail: Callable[[int], bytes] | None = None,
    wanted: Collection[str] = (),
) -> Table:
    """The table in an object of `size` bytes, whatever its label is. Raises UnreadableData.

    Reads a larger head when the first one holds too few lines, as that of very wide tables does, and of
    Parquet the end, where its columns stand. `wanted` are names of columns that a person gave.
    """
    head = read_head(HEAD_BYTES)
    if read_tail and is_parquet(head):
        return parquet_table(key, size, head, read_tail)
    text: HeadText | None = None
    # A head that cannot be read may be one without a whole line.
    with suppress(UnreadableData):
        text = read_text(key, head, size)
    if text is None or (not text.is_all and len(lines_of(text.text)) < _FEW_LINES):
        head = read_head(LARGE_HEAD_BYTES) if len(head) < size else head
        text = read_text(key, head, size, LARGE_HEAD_BYTES)
    return _table_of(key, text, wanted)


def _table_of(key: str, text: HeadText, wanted: Collection[str] = ()) -> Table:
    lines = [line for line in lines_of(text.text) if not is_blank(line.text)]
    if not lines:
        raise NotATable(f"{key} holds only blank lines: remove it or upload rows.")
    refuse_json(key, lines)
    refuse_single_numbers(key, lines)
    table = as_libsvm(key, text, lines) or as_delimited(key, text, lines, wanted)
    if table is None and text.is_all and len(lines) == 1:
        raise NotATable(
            f"{key} holds one line only, {excerpt(lines[0].text)}, and no row of numbers: remove it or "
            "upload rows."
        )
    if table is None:
        raise NotATable(
            f"{key} is neither libsvm nor CSV: its first line reads {lines[0].text[:_SHOWN]!r}. "
            "Remove the object or convert it."
        )
    if not table.lines:
        raise NotATable(f"{key} holds no row of numbers: remove it or upload rows.")
    refuse_text(table)
    refuse_widest(table)
    return table


def judge(table: Table, aim: Aim) -> Recognised:
    """Reads every line of the head. Raises UnreadableData when most are no rows, quoting one."""
    return recognised(
        table,
        list(_READERS[table.format](table, aim.columns)),
        aim.columns,
        source=aim.source,
        feature_dim=len(aim.columns) - 1,
        notes=(*table.notes, *aim.notes),
        alike=partial(_alike, table, aim),
    )


def _alike(table: Table, aim: Aim, example: Flaw) -> str:
    """The other columns without numbers, so that a person need not meet them one by one."""
    if table.format != "csv" or table.delimiter is None or example.column is None:
        return ""
    rows = [cells_of(line.text, table.delimiter) for line in table.lines[:_SAMPLE]]
    fitting = [row for row in rows if len(row) == table.width]
    numbers = [sum(map(is_number, cells)) for cells in zip(*fitting, strict=True)]
    names = [table.column_name(at) for at in aim.columns if numbers and 2 * numbers[at] < len(fitting)]
    others = [name for name in names if name != example.column]
    more = f" and {len(others) - _MOST_ALIKE} more" if len(others) > _MOST_ALIKE else ""
    return f" (no numbers either: {', '.join(others[:_MOST_ALIKE])}{more})" if others else ""
