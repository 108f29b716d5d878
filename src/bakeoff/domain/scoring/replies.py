"""What travels to and from a live endpoint: rows out, one number a row back."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from bakeoff.domain.errors import MalformedPrediction

MAX_BODY_BYTES = 5 * 1024**2
MAX_BATCH_ROWS = 1000
_EXCERPT_CHARACTERS = 120


def batches(
    rows: Sequence[str], max_bytes: int = MAX_BODY_BYTES, max_rows: int = MAX_BATCH_ROWS
) -> Iterator[Sequence[str]]:
    """Cut rows into consecutive batches whose newline-joined bodies stay within both limits.

    A single row above `max_bytes` makes a batch of its own, for SageMaker to refuse.
    """
    start, size = 0, 0
    for position, row in enumerate(rows):
        width = len(row.encode()) + 1
        if position > start and (size + width > max_bytes or position - start >= max_rows):
            yield rows[start:position]
            start, size = position, 0
        size += width
    if rows:
        yield rows[start:]


def parse_predictions(body: str, accept: str, path: str, expected: int) -> list[float]:
    """The numbers of a reply, shape (expected,).

    `path` says where a number stands in JSON, such as `predictions[].score`; a `text/csv` reply holds
    numbers between commas or line ends, as old XGBoost images answer on one line.
    Raises MalformedPrediction when that is not `expected` finite numbers.
    """
    try:
        if accept == "application/json":
            found = _json_numbers(body, path)
        else:
            found = [float(field) for field in re.split(r"[,\n]", body.strip())]
    except (LookupError, TypeError, ValueError, OverflowError, RecursionError) as err:
        raise MalformedPrediction(
            f"The model's reply has no number at {path!r}: it reads {_excerpt(body)}."
        ) from err
    if len(found) != expected or not all(map(math.isfinite, found)):
        raise MalformedPrediction(
            f"The model answered {expected} rows with {sum(map(math.isfinite, found))} finite numbers: "
            f"the reply reads {_excerpt(body)}."
        )
    return found


def _json_numbers(body: str, path: str) -> list[float]:
    before, _, after = path.partition("[]")
    items = _walk(json.loads(body), before)
    if not isinstance(items, list):
        raise TypeError(f"{before!r} is not a list")
    return [_number(_walk(item, after.removeprefix("."))) for item in items]


def _walk(value: Any, path: str) -> Any:
    for name in filter(None, path.split(".")):
        value = value[name]
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError(f"{value!r} is not a number")
    return float(value)


def _excerpt(body: str) -> str:
    return repr(body[:_EXCERPT_CHARACTERS])
