"""Which cells are dates and times of ISO 8601."""

from __future__ import annotations

import re
from datetime import date

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?"
)
_DATE_CHARACTERS = 10


def is_date(text: str) -> bool:
    """Whether it is a day of the calendar as YYYY-MM-DD."""
    found = _DATE.fullmatch(text)
    if not found:
        return False
    try:
        date(*map(int, found.groups()))
    except ValueError:  # a 30th of February, say
        return False
    return True


def is_timestamp(text: str) -> bool:
    """Whether it is a date, a T or a blank, and a time of day, with or without an offset."""
    return bool(_TIME.fullmatch(text[_DATE_CHARACTERS:])) and is_date(text[:_DATE_CHARACTERS])
