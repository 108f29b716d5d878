"""State that belongs to the running embedded AWS, not to the process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from local_aws.core.instance import Site, current_site

T = TypeVar("T")


class PerSite(Generic[T]):
    """What `make` builds for the current site; built anew when another site opens."""

    def __init__(self, make: Callable[[Site], T]) -> None:
        self._make = make
        self._made: tuple[Site, T] | None = None
        self._lock = threading.Lock()

    def get(self) -> T:
        site = current_site()
        with self._lock:
            if self._made is None or self._made[0] is not site:
                self._made = site, self._make(site)
            return self._made[1]
