"""What a single cell of a mixed table is, by its text alone.

spark/preparation says the same in Spark's expressions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal, get_args

from bakeoff.domain.reading.flaws import looks_like_a_number
from bakeoff.domain.reading.lines import cells_of
from bakeoff.domain.reading.mixed.moments import is_date, is_timestamp
from bakeoff.domain.reading.numbers import SPACES, canonical_number

Kind = Literal["number", "boolean", "category", "date", "timestamp", "text"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# What a column's cells look like without being it: amounts with a currency, other dates, times and the like.
JUNK = "junk"
_TRUTHS = frozenset({"true", "false"})
_COMMA = re.compile(r"[+\-\u2212]?[0-9]*,[0-9]+(?:[eE][+\-\u2212]?[0-9]+)?")
# A comma before three digits may divide thousands; before any other number of them, or after a 0, it cannot.
_SURE_COMMA = re.compile(
    r"[+\-\u2212]?(?:[0-9]*,(?:[0-9]{1,2}|[0-9]{4,})|(?:0[0-9]*|[0-9]{4,})?,[0-9]{3})(?:[eE].*)?"
)
_POINT = re.compile(r"[+\-\u2212]?[0-9]*\.[0-9]+(?:[eE][+\-\u2212]?[0-9]+)?")


def kind_of_cell(text: str, decimal: str) -> str:
    """Number, boolean, date, timestamp or JUNK, or else text; `text` is neither quoted nor missing."""
    if canonical_number(text, decimal) is not None:
        return "number"
    if text.lower() in _TRUTHS:
        return "boolean"
    if is_date(text):
        return "date"
    if is_timestamp(text):
        return "timestamp"
    return JUNK if looks_like_a_number(text) else "text"


def checker_of(kind: str, decimal: str) -> Callable[[str], bool]:
    """Whether a cell's text, not missing, holds what a column of that kind must."""
    tests: dict[str, Callable[[str], bool]] = {
        "number": lambda text: canonical_number(text, decimal) is not None,
        "boolean": lambda text: text.lower() in _TRUTHS,
        "date": is_date,
        "timestamp": is_timestamp,
    }
    return tests.get(kind, bool)


def decimal_of(texts: Sequence[str], delimiter: str) -> str:
    """What numbers have before their fraction: a comma where that is the only sound reading, else a point.

    Where every comma stands before three digits, nobody can tell, and a point leaves them to be refused.
    """
    if delimiter == ",":
        return "."
    commas = [text for text in texts if _COMMA.fullmatch(text)]
    points = sum(bool(_POINT.fullmatch(text)) for text in texts)
    is_sure = any(map(_SURE_COMMA.fullmatch, commas))
    return "," if is_sure and len(commas) > points else "."


def torn_cell(cells: Sequence[str]) -> str | None:
    """The first cell that begins with a quote and does not end with it."""
    return next((cell for cell in cells if '"' in cell and not _is_closed(cell)), None)


def _is_closed(cell: str) -> bool:
    text = cell.strip(SPACES)
    if not text.startswith('"'):
        return True
    return len(text) > 1 and text.endswith('"') and '"' not in text[1:-1].replace('""', "")


def is_quoted_delimiter(text: str, delimiter: str, width: int) -> bool:
    """Whether a row has as many cells as it should only if quotes hold delimiters together."""
    return (
        '"' in text
        and delimiter in text
        and len(cells_of(text, delimiter)) == width != text.count(delimiter) + 1
    )
