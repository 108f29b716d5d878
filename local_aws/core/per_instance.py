"""State that belongs to the running embedded AWS, not to the process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from local_aws.core.instance import Instance, current_instance

T = TypeVar("T")


class PerInstance(Generic[T]):
    """What `make` builds for the current instance; built anew when another instance opens."""

    def __init__(self, make: Callable[[Instance], T]) -> None:
        self._make = make
        self._made: tuple[Instance, T] | None = None
        self._lock = threading.Lock()

    def get(self) -> T:
        instance = current_instance()
        with self._lock:
            if self._made is None or self._made[0] is not instance:
                self._made = instance, self._make(instance)
            return self._made[1]
