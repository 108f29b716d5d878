"""How measurements are kept: one a line, so that a diff shows which of them changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_DIGITS = 6


def text_of(measured: Mapping[str, Any]) -> str:
    """JSON with one line for each measurement of a list, its numbers with six significant digits."""
    entries = []
    for name, value in measured.items():
        text = json.dumps(_rounded(value))
        if isinstance(value, list):
            lines = ",\n".join(f"  {json.dumps(_rounded(each))}" for each in value)
            text = f"[\n{lines}\n ]"
        entries.append(f" {json.dumps(name)}: {text}")
    return "{\n" + ",\n".join(entries) + "\n}\n"


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}")
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list) else value
