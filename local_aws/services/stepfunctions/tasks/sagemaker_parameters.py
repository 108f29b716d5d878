"""Which fields Step Functions knows of a SageMaker request: fewer than SageMaker does."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from local_aws.core.yaml_loader import SafeLoader

_LISTS = Path(__file__).with_suffix(".yaml")


@cache
def _lists() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.load(_LISTS.read_text("utf-8"), SafeLoader)
    return found


def actions() -> frozenset[str]:
    """The actions that have an optimized integration, as a task's Resource spells them."""
    return frozenset(_lists())


def documented(action: str) -> frozenset[str]:
    """The fields that AWS has documented for the integration."""
    return frozenset(_lists()[action]["documented"])


def supported(action: str) -> frozenset[str]:
    """The fields that are not refused: those documented, seen elsewhere, or without any evidence yet."""
    lists = _lists()[action]
    return documented(action).union(lists.get("seen", ()), lists.get("unproved", ()))
