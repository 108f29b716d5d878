"""How whoever waits for the end of something in the background hears of it, without asking on and on."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Changes:
    """Counts what has ended in the background of one embedded AWS: whoever waits looks then for himself."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._count = 0

    @property
    def count(self) -> int:
        return self._count

    def note(self) -> None:
        """Something has ended, and says so to whoever asks."""
        with self._condition:
            self._count += 1
            self._condition.notify_all()

    def wake(self) -> None:
        """Somebody's own reason to wait may be gone."""
        with self._condition:
            self._condition.notify_all()

    def wait(self, seen: int, seconds: float, *, unless: Callable[[], bool]) -> None:
        """Wait until more than `seen` has ended, `unless` is true, or the time is over."""
        with self._condition:
            self._condition.wait_for(lambda: self._count != seen or unless(), seconds)
