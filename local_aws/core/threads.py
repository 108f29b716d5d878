"""Threads that never outlive the embedded AWS."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


class ThreadGroup:
    """The threads of one embedded AWS: each works in the background of it, and ends with it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads: weakref.WeakSet[threading.Thread] = weakref.WeakSet()

    def start(self, work: Callable[..., object], *args: object, name: str) -> threading.Thread:
        """Run `work` on a thread of its own."""
        thread = threading.Thread(target=work, args=args, name=name, daemon=True)
        self.adopt(thread)
        thread.start()
        return thread

    def pool(self, size: int, name: str) -> ThreadPoolExecutor:
        """A pool whose threads belong here."""
        return ThreadPoolExecutor(size, name, lambda: self.adopt(threading.current_thread()))

    def adopt(self, thread: threading.Thread) -> None:
        """Count a thread that somebody else has made among those that end here."""
        with self._lock:
            self._threads.add(thread)

    def __contains__(self, thread: object) -> bool:
        with self._lock:
            return thread in self._threads

    def alive(self) -> list[threading.Thread]:
        with self._lock:
            return [thread for thread in self._threads if thread.is_alive()]

    def join(self, seconds: float) -> list[threading.Thread]:
        """Wait for all to end, at most for `seconds`; returns those that have not."""
        deadline = time.monotonic() + seconds
        while (alive := self.alive()) and (left := deadline - time.monotonic()) > 0:
            alive[0].join(left)
        return alive
