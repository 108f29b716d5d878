"""What a number is, and the white space around it.

spark/prepare_datasets.py imports nothing of ours and says the same in Java's regular expressions; a property
test runs both over the same lines.
"""

from __future__ import annotations

import re
import struct

# Every space of Unicode, the no-break ones and the byte order mark among them; line ends never get here.
SPACES = (
    "\t\x0b\x0c\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
SPACE = f"[{SPACES}]"
# Possessive and unambiguous: a regex that can match a digit in two ways backtracks over long runs of them.
_NUMBER = r"[+\-\u2212]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][+\-\u2212]?[0-9]++)?+"
_CELL = re.compile(rf'{SPACE}*+("?){SPACE}*+({_NUMBER}){SPACE}*+\1{SPACE}*+')
_MINUS = "\u2212"
_PARTS = {
    decimal: re.compile(
        rf'{SPACE}*+("?){SPACE}*+([+\-\u2212]?)(?:([0-9]++){point}?([0-9]*+)|{point}([0-9]++))'
        rf"([eE][+\-\u2212]?[0-9]++)?+{SPACE}*+\1{SPACE}*+"
    )
    for decimal, point in ((".", r"\."), (",", ","))
}
# Algorithms hold features, and the squares of errors, in single precision.
LARGEST_FEATURE = 3.4028235e38
LARGEST_LABEL = 1.8446743e19
# What people and programs write where there is no value.
_MISSING = frozenset(
    {
        "",
        "na",
        "n/a",
        "n.a.",
        "#n/a",
        "<na>",
        "nan",
        "null",
        "none",
        "nil",
        "nat",
        "?",
        "-",
        "--",
        ".",
        "missing",
    }
    | {"(null)", "<null>", "\\n", "*", "#null!", "#div/0!", "#value!", "#ref!", "#name?", "#num!"}
)


def number_of(cell: str) -> float | None:
    """The value of a cell, quoted or not; None for what is no number. It may be infinite: 1e999."""
    found = _CELL.fullmatch(cell)
    return float(found[2].replace(_MINUS, "-")) if found else None


def canonical_number(cell: str, decimal: str = ".") -> str | None:
    """The number in a cell, quoted or not, in the one spelling that all its readers write; None for none.

    It stays text: digits and the exponent are kept as they stand, so that no printing of doubles can differ
    between Python and Spark. A plus sign, leading zeros and a bare point go: `+01.50` is 1.50, `.5` is 0.5
    and `5.` is 5. `decimal` is "." or ","; where it is a comma, a number has no point.
    """
    found = _PARTS[decimal].fullmatch(cell)
    if not found:
        return None
    _, sign, whole, fraction, alone, exponent = (part or "" for part in found.groups())
    digits = fraction or alone
    text = f"{sign}{whole.lstrip('0') or '0'}{'.' if digits else ''}{digits}{exponent}"
    return text.replace(_MINUS, "-").removeprefix("+")


def is_number(cell: str) -> bool:
    return bool(_CELL.fullmatch(cell))


def bare(cell: str) -> str:
    """The cell without the white space and the quotes around it."""
    text = cell.strip(SPACES)
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].replace('""', '"').strip(SPACES)
    return text


def is_missing(cell: str) -> bool:
    return bare(cell).lower() in _MISSING


def is_name(cell: str) -> bool:
    return not (is_number(cell) or is_missing(cell))


def single_precision(value: float) -> float:
    """`value` as an algorithm holds it; it must be within LARGEST_FEATURE."""
    single: float = struct.unpack("f", struct.pack("f", value))[0]
    return single
