"""What stands above the rows of a CSV file: titles, units, and the header, quoted over two lines maybe."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bakeoff.domain.intake.lines import Line, cells_of
from bakeoff.domain.intake.numbers import bare, is_missing, is_name, is_number

# More lines of text above the first row are no title.
_TALLEST = 100
_LIKE_A_NUMBER = re.compile(r"[\W_]*[0-9]")


@dataclass(frozen=True)
class Heading:
    """`names` are those of the columns, None without a header; all `lines` are to be skipped."""

    names: tuple[str, ...] | None
    lines: tuple[Line, ...]
    header: tuple[Line, ...]


@dataclass(frozen=True)
class _Candidate:
    lines: tuple[Line, ...]
    cells: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(bare(cell) for cell in self.cells)


def heading_of(lines: Sequence[Line], delimiter: str, width: int, numeric: Sequence[bool]) -> Heading:
    """`numeric` tells the columns that mostly hold numbers below; a name above one of them is a header's."""
    found: list[_Candidate] = []
    start = 0
    while start < len(lines) and len(found) < _TALLEST:
        candidate = _candidate(lines, start, delimiter)
        if not _is_text(candidate.cells, width, numeric):
            break
        found.append(candidate)
        start += len(candidate.lines)
    header = _header(found, width)
    names = header.names if header else None
    return Heading(names, tuple(lines[:start]), header.lines if header else ())


def _candidate(lines: Sequence[Line], start: int, delimiter: str) -> _Candidate:
    """One line, or two and more that a quoted name runs over."""
    taken, text = [lines[start]], lines[start].text
    for line in lines[start + 1 : start + 5]:
        if text.count('"') % 2 == 0:
            break
        taken.append(line)
        text = f"{text} {line.text}"
    if text.count('"') % 2:
        taken, text = [lines[start]], lines[start].text
    return _Candidate(tuple(taken), tuple(cells_of(text, delimiter)))


def _is_text(cells: Sequence[str], width: int, numeric: Sequence[bool]) -> bool:
    if len(cells) == width:
        return any(_is_word(cell) for cell, number in zip(cells, numeric, strict=True) if number)
    return any(map(_is_word, cells))


def _is_word(cell: str) -> bool:
    return is_name(cell) and not _looks_like_a_number(cell)


def _header(found: Sequence[_Candidate], width: int) -> _Candidate | None:
    """The line with the most names: a title may be padded with delimiters, and units follow the names."""
    fitting = [candidate for candidate in found if len(_without_end(candidate, width).cells) == width]
    # Several names right above the rows are a header, too, if one that does not fit.
    last = [candidate for candidate in found[-1:] if _count_of_names(candidate) > 1]
    candidates = [_without_end(candidate, width) for candidate in fitting] or last
    return max(candidates, key=_count_of_names, default=None)


def _without_end(candidate: _Candidate, width: int) -> _Candidate:
    """Without empty cells beyond the rows' width."""
    cells = candidate.cells
    while len(cells) > width and not bare(cells[-1]):
        cells = cells[:-1]
    return _Candidate(candidate.lines, cells)


def _count_of_names(candidate: _Candidate) -> int:
    return sum(map(is_name, candidate.cells))


def numeric_columns(rows: Sequence[Sequence[str]], width: int) -> list[bool]:
    """Which columns hold numbers more often than text in those `rows` that have `width` cells."""
    fitting = [row for row in rows if len(row) == width]
    return [_is_numeric([row[column] for row in fitting]) for column in range(width)]


def _is_numeric(cells: Sequence[str]) -> bool:
    numbers = sum(map(_looks_like_a_number, cells))
    return numbers > 0 and numbers >= sum(not is_missing(cell) for cell in cells) - numbers


def _looks_like_a_number(cell: str) -> bool:
    """Amounts, dates and the like are refused for what they are, below their header."""
    return is_number(cell) or bool(_LIKE_A_NUMBER.match(cell))
