"""What an uploaded object is, told by its first bytes and never by its name."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from bakeoff.domain.errors import NotATable, UnreadableData
from bakeoff.domain.messages import excerpt
from bakeoff.domain.reading.delimited import as_delimited, read_delimited, refuse_one_column
from bakeoff.domain.reading.flaws import Flaw, first_or_commonest
from bakeoff.domain.reading.libsvm import as_libsvm, read_libsvm
from bakeoff.domain.reading.lines import Line, cells_of, is_blank, lines_of
from bakeoff.domain.reading.numbers import SPACES, is_number
from bakeoff.domain.reading.parquet.table import is_parquet, parquet_table
from bakeoff.domain.reading.table import MAX_FEATURES, Reader, Row, Table
from bakeoff.domain.reading.target import Aim, Target, aim_at
from bakeoff.domain.reading.text import HEAD_BYTES, LARGE_HEAD_BYTES, HeadText, read_text
from bakeoff.domain.run.documents import Reading

_READERS: dict[str, Reader] = {"csv": read_delimited, "libsvm": read_libsvm}
# With fewer whole lines in its head, an object is worth a larger one.
_FEW_LINES = 20
_SHOWN = 60
_SAMPLE = 500
_MOST_ALIKE = 10


@dataclass(frozen=True)
class Recognised:
    """How to read an object, and what its head holds.

    `names` are those of all columns of the file, None without a header. `target` is the label's name (None
    without names) and `position` its place from 1. `columns` are positions from 0, the label's first, then
    the features'; `width` counts the cells of a row; both are None for libsvm. `rows` and `malformed` count
    the head's lines, of which `example` is one, and `unlabelled` those without a label; `is_all` when the
    head is the whole object, and `stated_rows` are those of Parquet, whose head has none. `decimal` is what
    numbers have before their fraction.
    """

    key: str
    format: str
    compression: str
    delimiter: str | None
    header: str | None
    names: tuple[str, ...] | None
    target: str | None
    position: int
    source: str
    columns: tuple[int, ...] | None
    width: int | None
    skip: tuple[str, ...]
    feature_dim: int
    notes: tuple[str, ...]
    is_all: bool
    sparse: bool
    malformed: int
    example: Flaw | None
    rows: tuple[Row, ...]
    decimal: str = "."
    unlabelled: int = 0
    stated_rows: int | None = None

    @property
    def features(self) -> tuple[str, ...] | None:
        """The names of the features, in the order of `columns`."""
        if self.names is None or self.columns is None:
            return None
        return tuple(self.names[column] for column in self.columns[1:])

    def reading(self) -> Reading:
        """The part that the Spark job needs, as it stands in the plan; names are for people."""
        return {
            "format": self.format,
            "compression": self.compression,
            "delimiter": self.delimiter,
            "header": self.header,
            "names": list(self.names) if self.names is not None else None,
            "skip": list(self.skip),
            "columns": list(self.columns) if self.columns is not None else None,
            "width": self.width,
            "decimal": self.decimal,
        }


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
    _refuse_json(key, lines)
    _refuse_single_numbers(key, lines)
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
    _refuse_text(table)
    _refuse_widest(table)
    return table


def _refuse_text(table: Table) -> None:
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


def recognised(
    table: Table,
    found: Sequence[Row | Flaw | None],
    columns: Sequence[int],
    *,
    source: str,
    feature_dim: int,
    notes: tuple[str, ...] = (),
    decimal: str = ".",
    alike: Callable[[Flaw], str] = lambda flaw: "",
) -> Recognised:
    """Of what was `found` in each line of the head, None where a row lacks its label. `columns` are positions
    from 0, the label's first; `alike` says what else has the flaw of an example.

    Raises UnreadableData when most lines are no rows, quoting one.
    """
    rows = tuple(each for each in found if isinstance(each, tuple))
    flawed = [each for each in found if isinstance(each, Flaw)]
    example = first_or_commonest(flawed, len(found)) if flawed else None
    if example and 2 * len(flawed) > len(found):
        raise UnreadableData(f"{table.key}, {example}{alike(example)}.")
    return Recognised(
        key=table.key,
        format=table.format,
        compression=table.compression,
        delimiter=table.delimiter,
        header=table.header,
        names=table.names,
        target=table.names[columns[0]] if table.names else None,
        position=columns[0] + 1,
        source=source,
        columns=None if table.format == "libsvm" else tuple(columns),
        width=table.width if table.format == "csv" else None,
        skip=table.skip,
        feature_dim=feature_dim,
        notes=notes,
        is_all=table.is_all,
        sparse=table.sparse,
        malformed=len(flawed),
        example=example,
        rows=rows,
        decimal=decimal,
        unlabelled=len(found) - len(flawed) - len(rows),
        stated_rows=table.stated_rows,
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


def _refuse_json(key: str, lines: Sequence[Line]) -> None:
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


def _refuse_single_numbers(key: str, lines: Sequence[Line]) -> None:
    sample = lines[:500]
    if 2 * sum(is_number(line.text) for line in sample) > len(sample):
        raise UnreadableData(
            f"{key} has one column only (line {sample[-1].number}: {excerpt(sample[-1].text)}), and a "
            "comparison needs a label and at least one feature: upload a table of two columns or more."
        )


def _refuse_widest(table: Table) -> None:
    features = len(table.kept) - 1
    if table.format == "csv":
        refuse_one_column(table)
    if features > MAX_FEATURES:
        raise UnreadableData(
            f"{table.key} has a row with {features} features, more than the {MAX_FEATURES} that a "
            "comparison takes: correct that row or leave features out."
        )
