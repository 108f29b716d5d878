"""What a cell of a mixed table is, one by one: for rows that are not in plain spelling, and for Parquet."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column
from pyspark.sql import functions as F

from preparation.arrays import constant, pick
from preparation.mixed.columns import Columns
from preparation.mixed.moments import is_moment
from preparation.reasons import BOOLEAN, DATE, FEATURE, LABEL, LARGE_FEATURE, LARGE_LABEL, TIME, TIMESTAMP
from preparation.spelling import END, LARGEST_FEATURE, LARGEST_LABEL, MINUS, NUMBER, SPACES, let

_FAULTS = {"number": FEATURE, "boolean": BOOLEAN, "date": DATE, "timestamp": TIMESTAMP}
_SIGN = r"[+\-\u2212]?"


def canonical(cells: Column, columns: Columns, missing: Sequence[str], decimal: str) -> Column:
    """Each kept column's cell as its canonical text: "" for a missing value, null for what it cannot hold."""
    kinds = [column.kind for column in columns.kept]

    def read(cell: Column, place: Column) -> Column:
        kind = pick(kinds, place)
        return let(
            bare(cell),
            lambda text: F.when(F.lower(text).isin(*missing), "").otherwise(of_kind(text, kind, decimal)),
        )

    return F.transform(cells, read)


def bare(cell: Column) -> Column:
    """Without white space and quotes around it."""

    def unquoted(text: Column) -> Column:
        inside = F.regexp_replace(F.regexp_extract(text, f'^"([\\s\\S]*)"{END}', 1), '""', '"')
        return F.when(text.rlike(f'^"[\\s\\S]*"{END}'), trimmed(inside)).otherwise(text)

    return let(trimmed(cell), unquoted)


def trimmed(text: Column) -> Column:
    return F.btrim(text, F.lit(SPACES))


def of_kind(text: Column, kind: Column, decimal: str) -> Column:
    lower = F.lower(text)
    return (
        F.when(kind == "number", canonical_number(text, decimal))
        .when(kind == "boolean", F.when(lower == "true", "1").when(lower == "false", "0"))
        .when(kind == "date", F.when(is_moment(text, "date"), text))
        .when(kind == "timestamp", F.when(is_moment(text, "timestamp"), text))
        .otherwise(text)
    )


def canonical_number(text: Column, decimal: str) -> Column:
    """By rules of text, so that no printing of doubles can differ: `+01.50` is 1.50, `.5` 0.5, `5.` 5."""
    if decimal == ",":
        # With a decimal comma, a number has no point.
        text = F.when(~text.contains("."), F.translate(text, ",", "."))
    digits = F.translate(text, MINUS, "-")
    for pattern, replacement in (
        (r"^\+", ""),
        (r"^(-?)0+(?=[0-9])", "$1"),
        (r"^(-?)\.", "$10."),
        (r"\.(?![0-9])", ""),
    ):
        digits = F.regexp_replace(digits, pattern, replacement)
    spelled = rf"^{_SIGN}(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE]{_SIGN}[0-9]++)?+{END}"
    return F.when(text.rlike(f"^{NUMBER}{END}"), text).when(text.rlike(spelled), digits)


def fault_of(cells: Column, columns: Columns) -> Column:
    """Why a row of canonical cells is none; null if it is one. A missing label is no fault."""
    faults = [LABEL, *(_FAULTS.get(column.kind, FEATURE) for column in columns.kept[1:])]
    first = F.array_position(F.transform(cells, F.isnull), True).cast("int")
    held = F.when(first > 0, F.get(constant(faults, "array<string>"), first - 1))
    too_large = F.coalesce(held, _beyond(cells, columns))
    time = columns.with_role("time")
    return too_large if time is None else F.coalesce(too_large, F.when(F.get(cells, F.lit(time)) == "", TIME))


def _beyond(cells: Column, columns: Columns) -> Column:
    largest = [0.0 if column.kind != "number" else LARGEST_FEATURE for column in columns.kept]

    def is_beyond(cell: Column, place: Column) -> Column:
        limit = pick(largest, place, "double")
        return (limit > 0) & (cell != "") & (F.abs(cell.cast("double")) > limit)

    indices = F.transform(cells, is_beyond)
    beyond = F.when(F.exists(indices, lambda found: found), LARGE_FEATURE)
    if columns.has_classes:
        return beyond
    return F.coalesce(F.when(F.abs(cells[0].cast("double")) > LARGEST_LABEL, LARGE_LABEL), beyond)
