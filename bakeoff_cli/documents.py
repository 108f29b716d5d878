"""The documents of a run that this program can read, wherever they lie."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from bakeoff.domain.run.documents import SCHEMA_VERSION, Comparison
from bakeoff.domain.run.former import current_comparison
from bakeoff_cli.errors import LeftInconsistent


def readable_comparison(value: Any, where: str) -> Comparison:
    """`value` in today's words, which may lack any field.

    Raises LeftInconsistent for one of another schema.
    """
    if not isinstance(value, dict):
        raise LeftInconsistent(f"{where} is damaged: it holds no JSON object.")
    if value.get("schema_version") != SCHEMA_VERSION:
        raise LeftInconsistent(f"{where} has a schema_version that this bakeoff cannot read: upgrade it.")
    return current_comparison(cast(Comparison, value))


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
