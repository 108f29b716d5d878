"""The one way in which this package changes moto: an attribute is wrapped, or replaced.

Each module's `apply` does so once for the process. Where two wrap one method, the last one is the outermost.
"""

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


def replace(owner: Any, **attributes: Any) -> None:
    """Replace attributes of a class or module of moto."""
    for name, attribute in attributes.items():
        setattr(owner, name, attribute)
