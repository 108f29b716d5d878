"""What a number and white space are, as the plan says, too (src/bakeoff/domain/reading)."""

from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import Column
from pyspark.sql import functions as F

LARGEST_FEATURE, LARGEST_LABEL = 3.4028235e38, 1.8446743e19  # of single precision, as algorithms reckon
SPACES = (
    "\t\x0b\x0c\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
SPACE, MINUS, BLANKS = f"[{SPACES}]", "\u2212", " "  # a delimiter of BLANKS is white space of any width
# Possessive or atomic throughout: Java's matcher recurses for what it might take back; a long line overflows.
END = r"(?![\s\S])"  # `$` would let a Unicode line separator follow
NUMBER = r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+"
ANY_NUMBER = r"[+\-\u2212]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][+\-\u2212]?[0-9]++)?+"
LOOSE_NUMBER = rf"^{SPACE}*+(\"?){SPACE}*+({ANY_NUMBER}){SPACE}*+\1{SPACE}*+{END}"
WHOLE_CELL = rf"^(?:[^\"]*+|{SPACE}*+\"[^\"]*+\"{SPACE}*+){END}"  # not torn from a quoted one
# No number of a plain row is too large: before the point 18 digits at most, in features with 9 zeros more.
SHORT = r"-?(?:0|[1-9][0-9]{0,17}+)(?:\.[0-9]++)?+"
PLAIN_LABEL, PLAIN_FEATURE = rf"{SHORT}(?:[eE]-[0-9]++)?+", rf"{SHORT}(?:[eE](?:-[0-9]++|\+?[0-9]))?+"


def number_text(text: Column) -> Column:
    """JSON's spelling of a number, digits untouched where it already has it; null for what is no number."""
    number = F.translate(F.regexp_extract(text, LOOSE_NUMBER, 2), MINUS, "-")
    return F.when(number.rlike(f"^{NUMBER}{END}"), number).otherwise(number.cast("double").cast("string"))


def let(value: Column, function: Callable[[Column], Column]) -> Column:
    """`function(value)` with `value` evaluated once, where Spark would anew wherever it is named."""
    return F.transform(F.array(value), function)[0]
