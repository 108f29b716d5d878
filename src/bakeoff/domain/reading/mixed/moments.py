"""Dates and times of ISO 8601, and as numbers: days since 1970, month, weekday and the second of the day."""

from __future__ import annotations

import re
from datetime import date

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"[T ]([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:\.[0-9]+)?)?"
    r"(?:Z|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))?"
)
_EPOCH = date(1970, 1, 1).toordinal()
_DAY = 86_400


def is_date(text: str) -> bool:
    """Whether it is a day of the calendar as YYYY-MM-DD."""
    return _day(text) is not None


def is_timestamp(text: str) -> bool:
    """Whether it is a date, a T or a blank, and a time of day; in UTC it is in the years 1 to 9999."""
    return parts_of_timestamp(text) is not None


def parts_of_date(text: str) -> list[str] | None:
    """The day (since 1970-01-01), month and weekday (1 is Monday) of YYYY-MM-DD; None for anything else."""
    day = _day(text)
    return None if day is None else _parts(day)


def parts_of_timestamp(text: str) -> list[str] | None:
    """As of a date in UTC, and the second of the day, for a date, a T or a blank, and a time of day with or
    without an offset; None for anything else. Without an offset the time is taken for UTC.
    """
    day, time = _day(text[:10]), _TIME.fullmatch(text[10:])
    if day is None or time is None:
        return None
    hour, minute, second, sign, hours, minutes = (part or "0" for part in time.groups())
    offset = 3600 * int(hours) + 60 * int(minutes)
    seconds = 3600 * int(hour) + 60 * int(minute) + int(second) + (offset if sign == "-" else -offset)
    days, second_of_day = divmod(seconds, _DAY)
    parts = _parts(day + days)
    return [*parts, str(second_of_day)] if parts else None


def _day(text: str) -> int | None:
    found = _DATE.fullmatch(text)
    if not found:
        return None
    try:
        return date(*map(int, found.groups())).toordinal() - _EPOCH
    except ValueError:  # a 30th of February, say
        return None


def _parts(day: int) -> list[str] | None:
    """None beyond the years 1 to 9999, to which an offset may lead."""
    if not date.min.toordinal() <= day + _EPOCH <= date.max.toordinal():
        return None
    found = date.fromordinal(day + _EPOCH)
    return [str(day), str(found.month), str(found.isoweekday())]
