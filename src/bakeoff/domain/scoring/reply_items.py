"""Where in a reply the answer to each row stands, before anything is made of it."""

from __future__ import annotations

import json
import re
from typing import Any

from bakeoff.domain.errors import MalformedPrediction

_EXCERPT_CHARACTERS = 120


def reply_items(body: str, accept: str, path: str, lists: bool = False) -> list[Any]:
    """What a reply holds for each row: whatever JSON has at `path`, such as `predictions[].score`; of
    `text/csv` the fields between commas and line ends, as old XGBoost images answer on one line, or with
    `lists` each line's fields.

    Raises MalformedPrediction when nothing stands there.
    """
    try:
        if not accept.startswith("application/json"):
            return _csv_items(body, lists)
        before, _, after = path.partition("[]")
        items = _walk(json.loads(body), before)
        if not isinstance(items, list):
            raise TypeError(f"{before!r} is not a list")
        return [_walk(item, after.removeprefix(".")) for item in items]
    except (LookupError, TypeError, ValueError, RecursionError) as err:
        raise no_number(body, path) from err


def number(value: Any) -> float:
    """Raises TypeError, ValueError or OverflowError when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError(f"{value!r} is not a number")
    return float(value)


def no_number(body: str, path: str) -> MalformedPrediction:
    return MalformedPrediction(f"The model's reply has no number at {path!r}: it reads {shown(body)}.")


def shown(body: str) -> str:
    return repr(body[:_EXCERPT_CHARACTERS])


def _csv_items(body: str, lists: bool) -> list[Any]:
    if lists:
        return [line.split(",") for line in body.strip().splitlines()]
    return re.split(r"[,\n]", body.strip())


def _walk(value: Any, path: str) -> Any:
    for name in filter(None, path.split(".")):
        value = value[name]
    return value
