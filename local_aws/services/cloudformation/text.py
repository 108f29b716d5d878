"""Texts that CloudFormation makes of values, and names written as one text."""

from __future__ import annotations

from typing import Any


def as_text(value: Any) -> str | None:
    """A YAML value as the text that CloudFormation makes of it; None stays None."""
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def names(text: str) -> frozenset[str]:
    return frozenset(text.split())
