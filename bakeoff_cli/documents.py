"""The documents of a run that this program can read, wherever they lie."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from bakeoff.domain.cost.prices import Kind
from bakeoff.domain.messages import excerpt
from bakeoff.domain.run.documents import SCHEMA_VERSION, Comparison, Receipt
from bakeoff.domain.run.former import current_comparison
from bakeoff_cli.errors import LeftInconsistent
from bakeoff_cli.shapes import flaws

MOMENT = "%Y-%m-%dT%H:%M:%SZ"
# Without an exponent: 1E+999999999 would take all memory.
_NUMBER = re.compile(r"[0-9]{1,30}(\.[0-9]{1,30})?")
_NUMBERS = frozenset(
    {"amount", "amount_low", "amount_high", "high", "low", "size", "total_high", "total_low", "worst_case"}
)


def readable_comparison(value: Any, where: str) -> Comparison:
    """`value` in today's words, which may lack any field.

    Raises LeftInconsistent for one of another schema.
    """
    if not isinstance(value, dict):
        raise LeftInconsistent(f"{where} is damaged: it holds no JSON object.")
    if value.get("schema_version") != SCHEMA_VERSION:
        raise LeftInconsistent(f"{where} has a schema_version that this bakeoff cannot read: upgrade it.")
    return current_comparison(cast(Comparison, value))


def readable_receipt(value: Any, where: str) -> Receipt:
    """Raises LeftInconsistent for one of another schema, and for one that is no receipt in any field."""
    if isinstance(value, dict) and value.get("schema_version", SCHEMA_VERSION) != SCHEMA_VERSION:
        raise LeftInconsistent(f"{where} has a schema_version that this bakeoff cannot read: upgrade it.")
    flaw = next((each.told for each in flaws(value, Receipt)), None) or _unreadable(value)
    if flaw:
        raise LeftInconsistent(f"{where} is damaged: {flaw}.")
    return cast(Receipt, value)


def _unreadable(receipt: Receipt) -> str | None:
    """The first text of a receipt that is none of the kind that stands there."""
    made_at, kinds = receipt["made_at"], {each.value for each in Kind}
    try:
        is_moment = f"{datetime.strptime(made_at, MOMENT):{MOMENT}}" == made_at
    except ValueError:
        is_moment = False
    if not is_moment:
        return f"made_at is {excerpt(made_at)}, and no time such as 2026-11-30T10:00:00Z"
    lines = [(f"lines[{number}].", line) for number, line in enumerate(receipt["lines"])]
    parts: list[tuple[str, Mapping[str, Any]]] = [
        ("", receipt),
        *lines,
        *((f"{place}price.", line["price"]) for place, line in lines if line["price"]),
        *((f"unknown[{number}].", each) for number, each in enumerate(receipt["unknown"])),
    ]
    for place, part in parts:
        for name, text in part.items():
            if name == "kind" and text not in kinds:
                return f"{place}kind is {excerpt(text)}, and nothing that AWS sells to a run"
            if name in _NUMBERS and text is not None and not _NUMBER.fullmatch(text):
                return f"{place}{name} is {excerpt(text)}, and no number such as 0.25"
            if place.endswith("price.") and name == "amount" and not Decimal(text):
                return f"{place}amount is 0, which is no price"
    return None


def list_of(value: Any) -> list[Any]:
    """`value`, or nothing where there is no list."""
    return value if isinstance(value, list) else []


def mapping_of(value: Any) -> Mapping[str, Any]:
    """`value`, or nothing where there is no object."""
    return value if isinstance(value, dict) else {}


def json_of(text: str | None) -> Any:
    """None for what nobody can read: Step Functions cuts long texts short, and an input may be nested deeper
    than Python goes.
    """
    try:
        return json.loads(text or "{}")
    except (ValueError, RecursionError):
        return None
