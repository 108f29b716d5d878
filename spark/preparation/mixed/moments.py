"""Dates and times of ISO 8601 as numbers, by reckoning alone: no time zone of any machine has a say."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

from preparation.arrays import array_of
from preparation.mixed.columns import PARTS
from preparation.spelling import END

_DAY = 86_400
DATE = r"(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}"
TIME = (
    r"[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]++)?+)?+"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?+"
)
FIRST_DAY, LAST_DAY = -719_162, 2_932_896  # 0001-01-01 and 9999-12-31, as days since 1970-01-01
# Days of the calendar, but for the leap day, which takes a look at the year.
SURE_DATE = (
    r"(?!0000)[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)"
    r"|(?:0[13578]|1[02])-31)"
)


def is_moment(text: Column, kind: str) -> Column:
    """A day of the calendar and, of a timestamp, a time of day; in UTC it is in the years 1 to 9999."""
    is_spelled = text.rlike(f"^{DATE}{TIME if kind == 'timestamp' else ''}{END}")
    return is_spelled & _day_of(text).isNotNull() & _day(text, kind).between(FIRST_DAY, LAST_DAY)


def parts_of(text: Column, kind: str) -> Column:
    """Day since 1970, month, weekday (1 is Monday) and, of a timestamp, the second of the day, as texts."""
    day = _day(text, kind)
    date = F.date_add(F.lit("1970-01-01").cast("date"), day)
    numbers = [day, F.month(date), F.weekday(date) + 1]
    if kind == "timestamp":
        numbers.append(F.pmod(_seconds(text), F.lit(_DAY)))
    return array_of([F.coalesce(number.cast("string"), F.lit("")) for number in numbers])


def no_parts(kind: str) -> Column:
    return array_of([F.lit("") for _ in PARTS[kind]])


def _day(text: Column, kind: str) -> Column:
    day = F.unix_date(_day_of(text))
    return day if kind == "date" else day + F.floor(_seconds(text) / _DAY).cast("int")


def _day_of(text: Column) -> Column:
    return F.substring(text, 1, 10).cast("date")


def _seconds(text: Column) -> Column:
    """Since midnight UTC of the day that is written; an offset may lead before it or beyond its end."""
    second = F.when(F.substring(text, 17, 1) == ":", _two(text, 18)).otherwise(0)
    offset = F.regexp_extract(text, f"([+-][0-9]{{2}}:[0-9]{{2}}){END}", 1)
    shift = _two(offset, 2) * 3600 + _two(offset, 5) * 60
    shift = F.when(offset == "", 0).when(offset.startswith("-"), -shift).otherwise(shift)
    return _two(text, 12) * 3600 + _two(text, 15) * 60 + second - shift


def _two(text: Column, start: int) -> Column:
    return F.substring(text, start, 2).cast("int")
