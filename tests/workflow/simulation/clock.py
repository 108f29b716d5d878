"""Time that passes only where the workflow waits, so that an hour's patience costs a test nothing."""

from __future__ import annotations

import heapq
import itertools
import threading
from datetime import UTC, datetime
from typing import Any

from tests.patience import PATIENCE_SECONDS

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

    @property
    def moment(self) -> datetime:
        return datetime.fromtimestamp(self._now, UTC)

    def millis(self) -> int:
        """JSONata's $millis()."""
        return int(self._now * 1000)

    def pause(self, env: Any, seconds: float) -> None:
        """Stands in for `local_aws.services.stepfunctions.interpreter.waiting.pause`."""
        end = self._now + max(seconds, 0)
        with self._lock:
            self._now = max(self._now, end)
            self.pauses.append(seconds)

    def reaches(self, moment: float) -> bool:
        """Whether a moment has come, in seconds since 1970; here it always comes for whoever asks."""
        with self._lock:
            self._now = max(self._now, moment)
        return True


class SharedClock(VirtualClock):
    """Time that several runs share: it passes only when all who are at work wait, to the first end of a wait.

    Whoever works calls `begin` and `end`, and may wait in one thread at a time.
    """

    def __init__(self) -> None:
        super().__init__()
        self._at_work = 0
        self._order = itertools.count()
        self._waiting: list[tuple[float, int, threading.Event]] = []

    def begin(self) -> None:
        with self._lock:
            self._at_work += 1

    def end(self) -> None:
        with self._lock:
            self._rest()

    def pause(self, env: Any, seconds: float) -> None:
        over = threading.Event()
        with self._lock:
            self.pauses.append(seconds)
            heapq.heappush(self._waiting, (self._now + max(seconds, 0), next(self._order), over))
            self._rest()
        assert over.wait(PATIENCE_SECONDS), (
            "time does not pass: somebody works for ever, or has not said that it ended"
        )

    def reaches(self, moment: float) -> bool:
        return self._now >= moment

    def _rest(self) -> None:
        self._at_work -= 1
        if not self._at_work and self._waiting:
            self._now, _, over = heapq.heappop(self._waiting)
            self._at_work += 1
            over.set()
