"""What the cells of one column are, in the heads of all files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from bakeoff.domain.reading.flaws import has_unit
from bakeoff.domain.reading.lines import Line
from bakeoff.domain.reading.mixed.cells import JUNK, Kind, kind_of_cell
from bakeoff.domain.reading.numbers import bare

# Of fewer rows, nobody can tell whether a value comes again.
_ROWS_THAT_TELL = 10
_WORDS_OF_PROSE = 5
_CHARACTERS_OF_PROSE = 60
_CODES = 5
_FEW = 10
# Cells of a head that tell what its columns hold; a table of thousands of columns has more.
CELLS_THAT_TELL = 400_000
FEWEST_ROWS = 50
FREE_TEXT = "free text"
MIXTURE = "numbers and text"
# More numbers than one in so many values are not among names by chance.
_SOME = 5
NO_VALUE = "no row has a value"


@dataclass(frozen=True)
class Found:
    """A cell, for a sentence about it."""

    key: str
    line: int
    cell: str


@dataclass(frozen=True)
class Judged:
    """What a column is taken for. `why` says what is no matter of course, `is_left_out` when nothing can be
    learnt from it; `junk` is a cell for which no reading is safe.
    """

    kind: Kind
    why: str | None = None
    is_left_out: bool = False
    junk: Found | None = None


NUMBER = Judged("number")


@dataclass
class Profile:
    """Counts of a column's cells by their kinds; `first` is the first cell of each kind, and `gaps` the
    spellings of missing ones.
    """

    rows: int = 0
    missing: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    first: dict[str, Found] = field(default_factory=dict)
    gaps: set[str] = field(default_factory=set)
    _known: dict[tuple[str, str], str] = field(default_factory=dict)
    _words: int = 0
    _characters: int = 0

    def add(self, key: str, line: Line, cell: str, decimal: str, missing: Collection[str]) -> None:
        self.rows += 1
        text = bare(cell)
        if text.lower() in missing:
            self.missing += 1
            self.gaps.add(text.lower())
            return
        kind = self._known.get((text, decimal))
        if kind is None:
            kind = self._known[text, decimal] = kind_of_cell(text, decimal)
        self.kinds[kind] += 1
        if kind not in self.first:
            self.first[kind] = Found(key, line.number, cell)
        if kind == "text":
            self._words += text.count(" ") + 1
            self._characters += len(text)

    @property
    def values(self) -> set[str]:
        return {text for text, _ in self._known}

    @property
    def present(self) -> int:
        return self.rows - self.missing

    def first_but(self, kinds: Iterable[str]) -> Found:
        """The first cell that is of none of those kinds; there must be one."""
        others = [found for kind, found in self.first.items() if kind not in kinds]
        return min(others, key=lambda found: (found.key, found.line))

    def judged(self) -> Judged:
        """What most of its cells are; the others are flaws of their rows, unless they make names of all."""
        present, kinds = self.present, self.kinds
        numbers, junk = kinds["number"], kinds[JUNK]
        if not present:
            return Judged("category", NO_VALUE, is_left_out=True)
        if junk and not numbers and self._are_few_of_a_kind():
            return Judged("category")
        if 2 * junk > present or (junk > numbers and 2 * (junk + numbers) > present):
            return Judged("category", junk=self.first[JUNK])
        if 2 * (numbers + junk) > present:
            return self._numbers_or_codes()
        if kinds["boolean"] == present:
            return Judged("boolean")
        if 2 * (kinds["date"] + kinds["timestamp"]) > present:
            return Judged("date" if kinds["date"] >= kinds["timestamp"] else "timestamp")
        return self._category()

    def _are_few_of_a_kind(self) -> bool:
        """Whether a few values come again and again, of a number and a word: 4wd and 2wd, or "0 daily"."""
        junk = [text for (text, _), kind in self._known.items() if kind == JUNK]
        return len(self.values) <= min(_FEW, self.rows // 10) and all(map(has_unit, junk))

    def _numbers_or_codes(self) -> Judged:
        """Many different texts among numbers, as of tickets, are names; few are flaws, or say "no value"."""
        texts = self.kinds["text"]
        different = sum(kind == "text" for kind in self._known.values())
        if 20 * texts > self.present and different > _CODES and 2 * different > texts:
            return self._category()
        return NUMBER

    def _category(self) -> Judged:
        present, different = self.present, len(self.values)
        if present < _ROWS_THAT_TELL:
            return Judged("category")
        texts = self.kinds["text"] or 1
        is_prose = self._words >= _WORDS_OF_PROSE * texts or self._characters >= _CHARACTERS_OF_PROSE * texts
        if is_prose and 2 * different > present:
            return Judged("text", FREE_TEXT, is_left_out=True)
        if 10 * different >= 9 * present:
            nearly = "" if different == present else "nearly "
            return Judged("category", f"{nearly}every row has another value", is_left_out=True)
        return Judged("category", MIXTURE if _SOME * self.kinds["number"] > present else None)
