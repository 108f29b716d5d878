"""Time that passes only where the workflow waits, so that an hour's patience costs a test nothing."""

from __future__ import annotations

import threading
from typing import Any

_BEGINNING = 1_795_000_000.0


class VirtualClock:
    """Seconds since 1970. Waits that run side by side overlap, as they do in real time."""

    def __init__(self) -> None:
        self._now = _BEGINNING
        self.pauses: list[float] = []
        self._lock = threading.Lock()

    @property
    def now(self) -> float:
        return self._now

    def millis(self) -> int:
        """JSONata's $millis()."""
        return int(self._now * 1000)

    def pause(self, env: Any, seconds: float) -> None:
        """Stands in for `local_aws.mends.stepfunctions.waiting.pause`."""
        end = self._now + max(seconds, 0)
        with self._lock:
            self._now = max(self._now, end)
            self.pauses.append(seconds)
