"""Where two JSON documents first differ, as a path that a person can follow."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from bakeoff_cli.text import one_line

RELATIVE_TOLERANCE = 1e-9
_SHOWN_CHARACTERS = 120
_LEADING_CHARACTERS = 40


class _Nothing:
    """What stands where only the other document has something; JSON's null is something."""


NOTHING = _Nothing()


@dataclass(frozen=True)
class DocumentDifference:
    """`path` names the place, as in candidates[0].metrics.rmse; either value may be NOTHING."""

    path: str
    recorded: Any
    recomputed: Any

    def __str__(self) -> str:
        recorded, recomputed = _excerpts(_text(self.recorded), _text(self.recomputed))
        return f"{one_line(self.path)}: recorded {recorded}, recomputed {recomputed}"

    def as_json(self) -> dict[str, Any]:
        """Without the key of a value that is not there."""
        values = {"recorded": self.recorded, "recomputed": self.recomputed}
        return {
            "path": self.path,
            **{name: value for name, value in values.items() if value is not NOTHING},
        }


def first_difference(recorded: Any, recomputed: Any, path: str = "") -> DocumentDifference | None:
    """The first in the order of `recomputed`; None when the documents say the same.

    Numbers are the same within a relative 1e-9 (two whole numbers: exactly), all else only if it is equal.
    """
    if isinstance(recorded, dict) and isinstance(recomputed, dict):
        pairs = [
            (f"{path}.{key}" if path else key, recorded.get(key, NOTHING), recomputed.get(key, NOTHING))
            for key in {**recomputed, **recorded}
        ]
    elif isinstance(recorded, list) and isinstance(recomputed, list):
        items = enumerate(zip_longest(recorded, recomputed, fillvalue=NOTHING))
        pairs = [(f"{path}[{index}]", *values) for index, values in items]
    else:
        return None if _same(recorded, recomputed) else DocumentDifference(path, recorded, recomputed)
    return next(filter(None, (first_difference(one, other, where) for where, one, other in pairs)), None)


def _same(recorded: Any, recomputed: Any) -> bool:
    if isinstance(recorded, float) or isinstance(recomputed, float):
        return _is_number(recorded) and _is_number(recomputed) and _close(recorded, recomputed)
    # True equals 1 in Python, but not in JSON.
    return type(recorded) is type(recomputed) and bool(recorded == recomputed)


def _close(recorded: float, recomputed: float) -> bool:
    try:
        return math.isclose(recorded, recomputed, rel_tol=RELATIVE_TOLERANCE)
    except OverflowError:
        # An int beyond the range of floats is close to none of them.
        return False


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: Any) -> str:
    return "nothing" if value is NOTHING else one_line(json.dumps(value, ensure_ascii=False))


def _excerpts(one: str, other: str) -> tuple[str, str]:
    """The texts themselves, or of a long one the part around the first character that differs."""
    differing = (place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1])
    start = max(0, next(differing, min(len(one), len(other))) - _LEADING_CHARACTERS)
    return _excerpt(one, start), _excerpt(other, start)


def _excerpt(text: str, start: int) -> str:
    if len(text) <= _SHOWN_CHARACTERS:
        return text
    end = start + _SHOWN_CHARACTERS
    return f"{'...' if start else ''}{text[start:end]}{'...' if end < len(text) else ''}"
