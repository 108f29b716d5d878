"""How this package replaces methods of moto."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any


def wrap(owner: Any, name: str, around: Callable[..., Any]) -> None:
    """Replace `owner.name` by `around(original, *args)`."""
    original = getattr(owner, name)

    @functools.wraps(original)
    def method(*args: Any, **kwargs: Any) -> Any:
        return around(original, *args, **kwargs)

    setattr(owner, name, method)


def replace(owner: Any, **methods: Any) -> None:
    """Replace attributes of a moto class or module."""
    for name, method in methods.items():
        setattr(owner, name, method)
