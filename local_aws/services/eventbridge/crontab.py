"""EventBridge's cron expressions: minutes, hours, day of month, month, day of week and year, in UTC.

The wildcards L, W and # are not known here, and such an expression is refused.
Source: "Cron expressions" in the user guide of Amazon EventBridge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (1, 7), (1970, 2199))
_NAMES = {name: number for names in (_MONTHS, _DAYS) for number, name in enumerate(names, 1)}
_PART = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/(\d+))?")


class InvalidCrontab(ValueError):
    """The expression is not one that EventBridge takes, or holds a wildcard that is not known here."""


class Crontab:
    """The six fields within `cron(...)`."""

    def __init__(self, expression: str) -> None:
        fields = expression.split()
        # Of the two kinds of day, exactly one says nothing.
        if len(fields) != len(_RANGES) or (fields[2] == "?") == (fields[4] == "?"):
            raise InvalidCrontab(expression)
        self._minutes, self._hours, self._dates, self._months, self._days, self._years = (
            _numbers("*" if field == "?" else field, *limits)
            for field, limits in zip(fields, _RANGES, strict=True)
        )

    def next_after(self, moment: datetime) -> datetime:
        """The first full minute after `moment` that the fields name. Raises InvalidCrontab if none does."""
        day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        # A leap day comes within eight years or not at all.
        for _ in range(8 * 366 + 1):
            for due in self._of_day(day):
                if due > moment:
                    return due
            day += timedelta(days=1)
        raise InvalidCrontab("no day fits")

    def _of_day(self, day: datetime) -> Iterator[datetime]:
        fits = day.year in self._years and day.month in self._months and day.day in self._dates
        if fits and day.isoweekday() % 7 + 1 in self._days:
            for hour in sorted(self._hours):
                for minute in sorted(self._minutes):
                    yield day.replace(hour=hour, minute=minute)


def _numbers(field: str, low: int, high: int) -> frozenset[int]:
    return frozenset(number for part in field.split(",") for number in _part(part, low, high))


def _part(part: str, low: int, high: int) -> range:
    found = _PART.fullmatch(part)
    if not found:
        raise InvalidCrontab(part)
    first, last, step = found.groups()
    start = low if first == "*" else _number(first)
    end = _number(last) if last else high if first == "*" or step else start
    if not (low <= start <= end <= high and int(step or 1)):
        raise InvalidCrontab(part)
    return range(start, end + 1, int(step or 1))


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    try:
        return _NAMES[text.upper()]
    except KeyError:
        raise InvalidCrontab(text) from None
