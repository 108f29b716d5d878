"""Lines, which of them are no rows, and how one is cut into cells: as the Spark job does it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from bakeoff.domain.reading.numbers import SPACE, SPACES

# Columns set apart by white space of any width.
BLANKS = " "
# Of a longer line, Spark keeps an excerpt.
LONGEST_LINE = 1 << 20
EXCERPT = 1000
# Spark's line ends; str.splitlines knows others.
_LINE_END = re.compile(r"\r\n|\r|\n")
_RUN = re.compile("[ \t]+")
_WORD = re.compile(r'"[^"]*"(?=[ \t]|\Z)|[^ \t]+')
_NO_ROW = re.compile(rf"{SPACE}*+(?:#|\Z)")


@dataclass(frozen=True)
class Line:
    """A line as Spark sees it: without its end and the spaces before it. `number` counts from 1."""

    number: int
    text: str

    @property
    def is_long(self) -> bool:
        return 4 * len(self.text) > LONGEST_LINE and len(self.text.encode()) > LONGEST_LINE


def lines_of(text: str) -> list[Line]:
    return [Line(number, line.rstrip(" ")) for number, line in enumerate(_LINE_END.split(text), 1)]


def is_comment(text: str) -> bool:
    return text.lstrip(SPACES).startswith("#")


def is_blank(text: str) -> bool:
    return not text.strip(SPACES)


def is_skipped(text: str, delimiter: str | None, skip: Collection[str] = ()) -> bool:
    """Blank lines, comments, lines of nothing but delimiters, and those that the plan lists."""
    if _NO_ROW.match(text) or text in skip:
        return True
    return delimiter is not None and not text.strip(SPACES + delimiter + '"')


def as_spark_sees(line: Line) -> set[str]:
    """How a line to be skipped may look to Spark, where it comes again without a byte order mark, too."""
    text = line.text[:EXCERPT] if line.is_long else line.text
    return {text, text.removeprefix("\ufeff")}


def cut(text: str, delimiter: str) -> list[str]:
    """The cells as Spark cuts them, which knows no quotes."""
    if delimiter == BLANKS:
        return _RUN.split(text.strip(SPACES))
    return text.split(delimiter)


def cells_of(text: str, delimiter: str) -> list[str]:
    """The cells as they are meant: a delimiter between quotes divides nothing."""
    if '"' not in text:
        return cut(text, delimiter)
    if delimiter == BLANKS:
        return _WORD.findall(text.strip(SPACES))
    return _quoted_cells(text, delimiter)


def _quoted_cells(text: str, delimiter: str) -> list[str]:
    mark, gap = re.escape(delimiter), f"[{SPACES.replace(delimiter, '')}]*+"
    quoted = re.compile(rf'{gap}"(?:[^"]++|"")*+"{gap}(?={mark}|\Z)')
    cells, start = [], 0
    while start <= len(text):
        found = quoted.match(text, start)
        end = found.end() if found else text.find(delimiter, start)
        end = len(text) if end < 0 else end
        cells.append(text[start:end])
        start = end + 1
    return cells
