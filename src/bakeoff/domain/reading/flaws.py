"""Why a cell is no number, or a line no row, and what a person can do about it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from bakeoff.domain.messages import excerpt
from bakeoff.domain.reading.numbers import bare, is_missing, is_number

_POINT = "write numbers with a decimal point and nothing between the thousands"
_LEAVE_OUT = "or remove the column"
_CURRENCY_CODE = r"(?:USD|EUR|GBP|JPY|CHF|CNY|INR|CAD|AUD|SEK|NOK|DKK|PLN|kr)"
_AMOUNT = r"[+\-\u2212]?[0-9][0-9.,' \xa0\u202f]*"
_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = re.compile(
    r"[0-9]{4}[-/.][0-9]{1,2}(?:[-/.][0-9]{1,2})?(?:[T ][0-9:.]+(?:Z|[+-][0-9:]+)?)?"
    r"|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{4}|[0-9]{2})(?:[T ,]+[0-9:.]+(?: ?[AaPp][Mm])?)?"
    rf"|[0-9]{{1,2}}[-. ]+{_MONTHS}[-., ]+[0-9]{{2,4}}|{_MONTHS}[-. ]+[0-9]{{1,2}}(?:(?:,? |-)[0-9]{{2,4}})?"
    rf"|{_MONTHS}[-. ][0-9]{{2,4}}|[0-9]{{4}}-?Q[1-4]",
    re.IGNORECASE,
)
_TRUTH = "is a truth value"
_UNIT = "has a unit"
_BOUND = "is a bound, not a number"
# Each kind of cell: how it looks, what it is, and the cure. The first that fits counts.
_KINDS: tuple[tuple[str, str, str], ...] = (
    (r"[+\-]?[0-9]{1,3},[0-9]{3}", "either has a decimal comma or divides its thousands", _POINT),
    (r"[+\-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?", "divides its thousands by commas", _POINT),
    (r"[+\-]?[0-9]{1,3}(?:[.' \xa0\u202f\u2009][0-9]{3})+(?:,[0-9]+)?", "divides its thousands", _POINT),
    (r"[+\-]?[0-9]*,[0-9]+(?:[eE][+\-]?[0-9]+)?", "has a decimal comma", _POINT),
    (r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?", "is a time", f"give it as a number {_LEAVE_OUT}"),
    (rf"{_AMOUNT}\s*[%\u2030]", "has a percent sign", "write 0.12 or 12 in place of 12%"),
    (r"\(\s*[0-9][0-9.,]*\s*\)", "is a negative number in parentheses", "write -12 in place of (12)"),
    (r"[\u2010-\u2015\ufe63\uff0d]\s*[0-9.]+", "has a dash for a minus sign", "write -12 with a hyphen"),
    (r"[0-9][0-9.]*-", "has its minus sign at the end", "write -12 in place of 12-"),
    (r"(?i:[+\-]?inf(?:inity)?)", "is not finite", "mend or remove such rows"),
    (r"0[xXbBoO][0-9a-fA-F]+", "is not a decimal number", "write it in decimals"),
    (r"[+\-]?[0-9]+(?:_[0-9]+)+", "divides its thousands by underscores", _POINT),
    (r"[+\-]?[0-9]+\.?[0-9]*[dD][+\-]?[0-9]+", "has an exponent with D", "write 1e3 in place of 1D3"),
    (r"[0-9]+/[0-9]+", "is a fraction", "write 0.5 in place of 1/2"),
    (r"(?i:true|false|yes|no|t|f|y|n)", _TRUTH, f"write 1 and 0 {_LEAVE_OUT}"),
    (
        rf"(?i:{_AMOUNT}\s*{_CURRENCY_CODE}|{_CURRENCY_CODE}\s*{_AMOUNT})",
        "names a currency",
        "write the amount alone",
    ),
    (
        rf"{_AMOUNT}(?:[eE][+\-]?[0-9]+)?\s*[^\W\d_]+[\w/^\u00b2\u00b3]*",
        _UNIT,
        "write the number alone",
    ),
    (r"[<>~\u2248\u2264\u2265]\s*[0-9].*", _BOUND, "write the number alone"),
    (r"[\[{(].*", "is a list", "give each number a column of its own"),
    (r"'.*'", "is in single quotes", "remove them, or use double ones"),
)
_PATTERNS = tuple((re.compile(pattern, re.DOTALL), what, cure) for pattern, what, cure in _KINDS)
LABEL_CURE = "set task: classification if these are classes, or set Target to a column that holds numbers"
_FEATURE_CURE = f"replace categories by numbers (a column of 0 and 1 for each) {_LEAVE_OUT}"
_UNSURE, _COMMA = "either has a decimal comma or divides its thousands", "has a decimal comma"
_SURE_COMMA = re.compile(r"[+\-]?[0-9]*,(?:[0-9]{1,2}|[0-9]{4,})")
_CELL_SIZE = 200
SETTINGS = "name the column in the setting `categorical` or `ignore`"
"""What a person can do about a column that is no number, whatever it holds."""
_ORDINAL = re.compile(r"[0-9]+(?:st|nd|rd|th)", re.IGNORECASE)
_INFINITE = re.compile(r"[+\-]?inf(?:inity)?", re.IGNORECASE)
_BRACKETED = frozenset({"is a list", "is in single quotes"})
_NUMBERS = re.compile(r"[0-9.,;:eE+\-\s]+")


@dataclass(frozen=True)
class Flaw:
    """What keeps a line from being a row. `column` is None when it is not about one cell.

    `what` follows the value in a sentence, as in "is a date"; `cure` follows a colon.
    """

    line: int
    column: str | None
    value: str
    what: str
    cure: str

    def __str__(self) -> str:
        """Where, what and the cure: "line 2, column sold: '2024-01-01' is a date: ..."."""
        where = f"line {self.line}" + (f", column {self.column}" if self.column else "")
        return f"{where}: {excerpt(self.value)} {self.what}: {self.cure}"


def cell_flaw(line: int, column: str, cell: str, is_label: bool, beside: Iterable[str] = ()) -> Flaw:
    """Why this cell is no number; the cells `beside` it may settle what its comma is."""
    value = bare(cell)
    what, cure = _kind_of(value[:_CELL_SIZE], is_label)
    if what == _UNSURE and any(_SURE_COMMA.fullmatch(bare(other)) for other in beside):
        what = _COMMA
    return Flaw(line, column, value, what, cure)


def with_settings(flaw: Flaw) -> Flaw:
    """With the cures that settings are, in place of removing the column."""
    if flaw.what == "is text, not a number":
        return replace(flaw, cure=f"mend it, give its spelling in the setting `missing`, or {SETTINGS}")
    if flaw.what == "is a date":
        return replace(flaw, cure=f"write dates as YYYY-MM-DD, or {SETTINGS}")
    return replace(flaw, cure=f"{flaw.cure.removesuffix(' or remove the column')}, or {SETTINGS}")


def commonest(flaws: Iterable[Flaw]) -> Flaw:
    """The first flaw of the commonest column and kind. A decimal comma that is sure settles unsure ones."""
    found = list(flaws)
    if any(flaw.what == _COMMA for flaw in found):
        found = [replace(flaw, what=_COMMA) if flaw.what == _UNSURE else flaw for flaw in found]
    (column, what), _ = Counter((flaw.column, flaw.what) for flaw in found).most_common(1)[0]
    return next(flaw for flaw in found if (flaw.column, flaw.what) == (column, what))


def _kind_of(value: str, is_label: bool) -> tuple[str, str]:
    if is_missing(value):
        said = "is no value" if value else "is empty"
        rows = "remove the rows without a label" if is_label else "fill in a number, remove such rows"
        return said, rows if is_label else f"{rows} {_LEAVE_OUT}"
    special = _special(value)
    if special:
        return _of_label(*special) if is_label else special
    return ("is a class, not a number", LABEL_CURE) if is_label else ("is text, not a number", _FEATURE_CURE)


def _of_label(what: str, cure: str) -> tuple[str, str]:
    """A label is not to be removed."""
    if what == _TRUTH:
        return what, LABEL_CURE
    return what, cure.replace(_LEAVE_OUT, "or set Target to the column to predict")


def _special(value: str) -> tuple[str, str] | None:
    """What a text is that is meant as more than a name, and the cure."""
    if _DATE.fullmatch(value):
        return "is a date", f"give it as numbers (year, month, day) {_LEAVE_OUT}"
    if any(map(_is_currency, value)) and any(map(str.isdigit, value)):
        return "has a currency sign", "write the amount alone"
    if not value.isascii() and is_number("".join(map(_plain_digit, value))):
        return "has digits of another script", "write the digits 0 to 9"
    return next(((what, cure) for pattern, what, cure in _PATTERNS if pattern.fullmatch(value)), None)


def looks_like_a_number(value: str) -> bool:
    """Whether a text that is no number is meant as one all the same, or as a date or a time."""
    if not any(map(str.isdigit, value)) or _ORDINAL.fullmatch(value):
        return bool(_INFINITE.fullmatch(value))
    special = _special(value[:_CELL_SIZE])
    if special is None:
        return False
    inside = value.strip("'[]{}() \t")
    return special[0] not in _BRACKETED or is_number(inside) or bool(_NUMBERS.fullmatch(inside))


def has_unit(value: str) -> bool:
    """Whether a word goes with a number or with a bound, as in 12 km or <9 years."""
    special = _special(value[:_CELL_SIZE])
    is_one = special is not None and special[0] in (_UNIT, _BOUND)
    return is_one and any(map(str.isalpha, value))


def _plain_digit(character: str) -> str:
    return str(unicodedata.decimal(character, character))


def _is_currency(character: str) -> bool:
    return unicodedata.category(character) == "Sc"


def first_or_commonest(flaws: list[Flaw], rows: int) -> Flaw:
    """Many flaws have a common cause; of few, the first is as good as any."""
    chosen: Callable[[list[Flaw]], Flaw] = commonest if 2 * len(flaws) > rows else lambda some: some[0]
    return chosen(flaws)
