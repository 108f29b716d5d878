"""CSV and its relatives: the delimiter, the columns, and the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bakeoff.domain.errors import UnreadableData
from bakeoff.domain.reading import flaws
from bakeoff.domain.reading.flaws import Flaw
from bakeoff.domain.reading.header import Heading, heading_of
from bakeoff.domain.reading.index_columns import left_out
from bakeoff.domain.reading.lines import BLANKS, Line, as_spark_sees, cells_of, cut, is_comment, is_skipped
from bakeoff.domain.reading.numbers import (
    LARGEST_FEATURE,
    LARGEST_LABEL,
    SPACES,
    bare,
    is_missing,
    is_name,
    is_number,
    number_of,
)
from bakeoff.domain.reading.table import Row, Table
from bakeoff.domain.reading.text import HeadText

_DELIMITERS = (",", ";", "\t", "|", BLANKS)
# Where cells are no numbers, a comma may stand within them; white space most easily does.
_BY_CERTAINTY = ("\t", ";", "|", ",", BLANKS)
_SAMPLE = 500
_CALLED = {BLANKS: "white space", "\t": "tab"}


@dataclass(frozen=True)
class _Look:
    """The first lines cut by one delimiter."""

    delimiter: str
    rows: Sequence[Sequence[str]]

    @cached_property
    def width(self) -> int:
        """That of most lines which hold a number or nothing in every cell, or else that of most lines."""
        whole = Counter(len(row) for row in self.rows if len(row) > 1 and _is_numeric(row))
        # A few of them in a table with text may be anything.
        is_telling = 10 * sum(whole.values()) >= len(self.rows)
        widths = whole if whole and is_telling else Counter(len(row) for row in self.rows)
        return widths.most_common(1)[0][0]

    @property
    def share(self) -> float:
        return sum(len(row) == self.width for row in self.rows) / len(self.rows)

    @property
    def is_numeric(self) -> bool:
        """Half of the lines at least are numbers mostly, as wide as each other or not."""
        mostly = [len(row) > 1 and 2 * sum(map(is_number, row)) > len(row) for row in self.rows]
        return 2 * sum(mostly) >= len(self.rows) - 1 and self.width > 1 and any(map(_is_numeric, self.rows))

    @property
    def is_table(self) -> bool:
        """Lines of equal width that hold digits, or are so many that no prose looks like it."""
        if self.width < 2 or self.share < 0.5:
            return False
        cells = [cell for row in self.rows for cell in row]
        digits = sum(any(map(str.isdigit, cell)) for cell in cells)
        if self.delimiter == BLANKS:
            return self.share > 0.8 and 2 * sum(map(is_number, cells)) >= len(cells)
        return 4 * digits >= len(cells) or (len(self.rows) > 2 and self.share > 0.8)


def _is_numeric(row: Sequence[str]) -> bool:
    return all(is_number(cell) or is_missing(cell) for cell in row) and any(map(is_number, row))


def as_delimited(
    key: str, text: HeadText, lines: Sequence[Line], wanted: Collection[str] = ()
) -> Table | None:
    """The table that the lines hold, or None when they hold no table; `wanted` are names of columns that a
    person gave. Raises UnreadableData.
    """
    stated = _stated_delimiter(lines)
    look = _look(lines[1:] if stated else lines, stated)
    if look is None:
        return None
    body = [line for line in lines if not is_skipped(line.text, look.delimiter)]
    named = body[1:] if stated else body
    if not named:
        return None
    rows = [cells_of(line.text, look.delimiter) for line in named[:_SAMPLE]]
    heading = heading_of(named, look.delimiter, look.width, rows, wanted)
    return _table(key, text, lines, look, heading, named[len(heading.lines) :], stated)


def _table(
    key: str,
    text: HeadText,
    lines: Sequence[Line],
    look: _Look,
    heading: Heading,
    body: Sequence[Line],
    stated: str | None,
) -> Table:
    titles = [*lines[:1]] if stated else []
    skipped = [*titles, *heading.lines]
    skip = sorted({seen for line in skipped for seen in as_spark_sees(line)})
    rows = [line for line in body if line.text not in set(skip)]
    cells = [cells_of(line.text, look.delimiter) for line in rows]
    names, out = left_out(key, heading.names, heading.header, look.width, cells, look.delimiter)
    header = "\n".join(line.text for line in heading.header).removeprefix("\ufeff")
    return Table(
        key=key,
        format="csv",
        compression=text.compression,
        delimiter=look.delimiter,
        header=header or None,
        names=names,
        width=look.width,
        left_out=out,
        skip=tuple(skip),
        lines=rows,
        is_all=text.is_all,
        notes=tuple(_notes(key, lines, look, heading, len(body) - len(rows), stated)),
    )


def _notes(
    key: str, lines: Sequence[Line], look: _Look, heading: Heading, repeated: int, stated: str | None
) -> Iterator[str]:
    if stated:
        yield f"{key}: line {lines[0].number} names the delimiter and is no row."
    titles = [line.number for line in heading.lines if line not in heading.header]
    if titles:
        yield f"{key}: text without numbers is no row, and left out: {_numbered(titles)}."
    if len(heading.header) > 1:
        yield f"{key}: the header runs over lines {heading.header[0].number} to {heading.header[-1].number}."
    if heading.names and not any(map(is_name, heading.names)):
        yield f"{key}: the numbers in line {heading.header[0].number} count up, and are taken for names."
    if repeated:
        yield f"{key}: a header or title comes again in {repeated} line(s), which are no rows."
    comments = [line.number for line in lines if is_comment(line.text)]
    if comments:
        yield f"{key}: comments are no rows, and left out: {_numbered(comments)}."
    empty = [
        line.number
        for line in lines
        if line.text.strip(SPACES) and is_skipped(line.text, look.delimiter) and not is_comment(line.text)
    ]
    if empty:
        yield f"{key}: lines without any value are no rows, and left out: {_numbered(empty)}."
    if look.delimiter == BLANKS:
        yield f"{key}: its columns are set apart by white space."


def _numbered(lines: Sequence[int]) -> str:
    first = ", ".join(map(str, lines[:3]))
    return f"line {first}" + (f" and {len(lines) - 3} more" if len(lines) > 3 else "")


def _stated_delimiter(lines: Sequence[Line]) -> str | None:
    """Excel's first line `sep=;`, which some programs put into quotes."""
    text = bare(lines[0].text.rstrip("\t")) if lines else ""
    if lines and lines[0].text.strip('\ufeff"').lower().startswith("sep=\t"):
        return "\t"
    return text[4] if len(text) == 5 and text.lower().startswith("sep=") else None


def _look(lines: Sequence[Line], stated: str | None) -> _Look | None:
    sample = [line for line in lines if not is_skipped(line.text, None)][:_SAMPLE]
    if not sample:
        return None
    looks = {}
    for by in (stated,) if stated else _DELIMITERS:
        # Lines of delimiters alone say nothing, and are kept only if there is nothing else.
        rows = [cells_of(line.text, by) for line in sample if not is_skipped(line.text, by)]
        looks[by] = _Look(by, rows or [[""]])
    numeric = (look for look in looks.values() if look.is_numeric)
    tables = [looks[by] for by in ((stated,) if stated else _BY_CERTAINTY) if looks[by].is_table]
    return next(numeric, None) or max(tables, key=lambda look: look.share, default=None)


def read_delimited(table: Table, columns: Sequence[int]) -> Iterator[Row | Flaw]:
    for line in table.lines:
        yield _read(table, columns, line)


def _read(table: Table, columns: Sequence[int], line: Line) -> Row | Flaw:
    assert table.delimiter is not None
    if line.is_long:
        return Flaw(line.number, None, line.text, "is longer than 1 MiB", "mend or remove the line")
    cells = cut(line.text, table.delimiter)
    # A delimiter within quotes, at which Spark cuts all the same, leaves quotes that are not closed.
    is_torn = any('"' in cell and not is_whole(cell) for cell in cells)
    if len(cells) != table.width or is_torn:
        return _width_flaw(table, columns, line)
    values = [number_of(cells[column]) for column in columns]
    for place, value in enumerate(values):
        name = table.column_name(columns[place])
        if value is None:
            flaw = flaws.cell_flaw(line.number, name, cells[columns[place]], place == 0, cells)
            return flaws.with_settings(flaw) if place else flaw
        if abs(value) > (LARGEST_FEATURE if place else LARGEST_LABEL):
            return too_large(line.number, name, cells[columns[place]], is_label=place == 0)
    label, *features = [value for value in values if value is not None]
    return label, tuple((number, value) for number, value in enumerate(features, 1) if value)


def is_whole(cell: str) -> bool:
    text = cell.strip(SPACES)
    return len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1]


def _width_flaw(table: Table, columns: Sequence[int], line: Line) -> Flaw:
    """A cell that holds the delimiter in quotes is at fault itself."""
    assert table.delimiter is not None
    meant = cells_of(line.text, table.delimiter)
    if len(meant) == table.width:
        for place, column in enumerate(columns):
            if not is_number(meant[column]) or table.delimiter in meant[column]:
                name = table.column_name(column)
                flaw = flaws.cell_flaw(line.number, name, meant[column], place == 0, meant)
                return flaws.with_settings(flaw) if place else flaw
    what = f"has {len(meant)} columns in place of {table.width}"
    by = _CALLED.get(table.delimiter, table.delimiter)
    return Flaw(line.number, None, line.text, what, f"mend or remove the line (its delimiter is {by})")


def too_large(line: int, column: str, cell: str, is_label: bool) -> Flaw:
    if is_label:
        what = f"is so large that algorithms cannot square it (at most {LARGEST_LABEL:.1e})"
    else:
        what = f"is beyond what algorithms can hold (at most {LARGEST_FEATURE:.1e})"
    return Flaw(line, column, bare(cell), what, "give the column in a larger unit, or mend the value")


def refuse_one_column(table: Table) -> None:
    if len(table.kept) < 2:
        because = f" ({'; '.join(table.left_out.values())})" if table.left_out else ""
        raise UnreadableData(
            f"{table.key} has one column only, and a comparison needs a label and at least one feature: "
            f"upload a table of two columns or more{because}."
        )
