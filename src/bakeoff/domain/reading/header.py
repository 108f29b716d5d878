"""What stands above the rows of a CSV file: titles, units, and the header, quoted over two lines maybe."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bakeoff.domain.reading.lines import Line, cells_of
from bakeoff.domain.reading.numbers import bare, is_missing, is_name, is_number, number_of

# More lines of text above the first row are no title.
_TALLEST = 100
_LIKE_A_NUMBER = re.compile(r"[\W_]*[0-9]")
_TRUTHS = frozenset({"true", "false"})
_PLAIN = re.compile(r"[0-9]+")


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


def heading_of(
    lines: Sequence[Line],
    delimiter: str,
    width: int,
    rows: Sequence[Sequence[str]],
    wanted: Collection[str] = (),
) -> Heading:
    """`rows` are the cells of the first lines, by which a name is told from what stands below it;
    `wanted` are names that a person gave; a number in them is a name only where it is no position.
    """
    given = {name for name in wanted if not (_PLAIN.fullmatch(name) and int(name[-9:]) <= width)}
    found: list[_Candidate] = []
    start = 0
    below = [row for row in rows if len(row) == width]
    numeric = numeric_columns(below, width)
    while start < len(lines) and len(found) < _TALLEST:
        candidate = _candidate(lines, start, delimiter)
        is_meant = not found and len(candidate.cells) == width and not given.isdisjoint(candidate.names)
        is_text = is_meant or _is_text(candidate.cells, width, numeric, below)
        if not is_text or _is_row_below(candidate, found, width):
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


def _is_text(
    cells: Sequence[str], width: int, numeric: Sequence[bool], below: Sequence[Sequence[str]]
) -> bool:
    if len(cells) != width:
        return any(map(_is_word, cells))
    if any(_is_word(cell) for cell, number in zip(cells, numeric, strict=True) if number):
        return _could_be_names(cells)
    return _are_numbers_for_names(cells, below)


def _could_be_names(cells: Sequence[str]) -> bool:
    """A few words among measured numbers are a row with a flaw; years and the like are names."""
    numbers = [cell for cell in cells if is_number(cell)]
    if len(numbers) <= sum(map(is_name, cells)):
        return True
    values = [number_of(cell) or 0.0 for cell in numbers]
    ascend = len(values) > 2 and all(a < b for a, b in pairwise(values))
    return ascend or all(_PLAIN.fullmatch(bare(cell)) for cell in numbers)


def _are_numbers_for_names(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Years above their columns, beside names or alone, what pandas calls columns without names, or names
    that begin with digits.
    """
    others = [row for row in below if row != list(cells)]
    if len(others) < 2 or len(others) + 1 < len(below):
        return False
    if not any(is_number(cell) or is_missing(cell) for cell in cells):
        return all(any(is_number(row[column]) for row in others) for column in range(len(cells)))
    is_unnamed = not bare(cells[0]) and all(bare(row[0]) for row in others)
    at = [place for place, cell in enumerate(cells) if not is_name(cell)][is_unnamed:]
    words = [place for place, cell in enumerate(cells) if is_name(cell)]
    if any(bare(row[place]) == bare(cells[place]) for row in others for place in words):
        return False
    fewest = 1 if is_unnamed and not words else 3
    columns = [[row[place] for place in at] for row in (cells, *others)]
    return len(at) >= fewest and _count(columns[0]) and not any(map(_count, columns[1:]))


def _count(cells: Sequence[str]) -> bool:
    """Plain whole numbers, each one more than the one before it."""
    if not all(_PLAIN.fullmatch(bare(cell)) for cell in cells):
        return False
    return all(int(bare(b)[-9:]) - int(bare(a)[-9:]) == 1 for a, b in pairwise(cells))


def _is_row_below(candidate: _Candidate, found: Sequence[_Candidate], width: int) -> bool:
    """Below a header, a line with numbers is a row, whatever its other cells hold."""
    if len(candidate.cells) != width or not any(map(is_number, candidate.cells)):
        return False
    names = _count_of_names(candidate)
    return any(len(one.cells) == width and _count_of_names(one) > names for one in found)


def _is_word(cell: str) -> bool:
    return is_name(cell) and not _looks_like_a_number(cell)


def _header(found: Sequence[_Candidate], width: int) -> _Candidate | None:
    """The line with the most names: a title may be padded with delimiters, units follow the names, and groups
    of columns stand above them.
    """
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
    return len({bare(cell) for cell in candidate.cells if is_name(cell)})


def numeric_columns(rows: Sequence[Sequence[str]], width: int) -> list[bool]:
    """Which columns hold numbers more often than text in those `rows` that have `width` cells."""
    fitting = [row for row in rows if len(row) == width]
    return [_is_numeric([row[column] for row in fitting]) for column in range(width)]


def _is_numeric(cells: Sequence[str]) -> bool:
    numbers = sum(map(_looks_like_a_number, cells))
    return numbers > 0 and numbers >= sum(not is_missing(cell) for cell in cells) - numbers


def _looks_like_a_number(cell: str) -> bool:
    """Amounts, dates, truth values and the like are what they are, below their header."""
    return is_number(cell) or bool(_LIKE_A_NUMBER.match(cell)) or bare(cell).lower() in _TRUTHS
