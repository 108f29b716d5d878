"""How much memory each kind of process of the embedded AWS holds at its peak."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psutil

_SAMPLE_SECONDS = 0.5
_KINDS = (
    (re.compile(r"org\.apache\.spark\.deploy\.SparkSubmit"), "Spark"),
    (re.compile(r"local_aws\.sagemaker\.containers\.(\w+) train"), "training {}"),
    (re.compile(r"local_aws\.sagemaker\.containers\.(\w+) serve"), "endpoint {}"),
    (re.compile(r"-m awslambdaric \S*?(\w+)\.\w+\s*$"), "function {}"),
)
EMBEDDED, TOTAL = "embedded AWS", "all together"


@dataclass
class PeakMemory:
    """Peak resident set sizes in bytes by kind of process, each with what it started; shared pages count in
    each process that has them.
    """

    peaks: Counter[str] = field(default_factory=Counter)
    _kinds: dict[int, str] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def watched(self) -> Iterator[None]:
        sampler = threading.Thread(target=self._sample)
        sampler.start()
        try:
            yield
        finally:
            self._stop.set()
            sampler.join()

    def _sample(self) -> None:
        root = psutil.Process()
        while not self._stop.wait(_SAMPLE_SECONDS):
            now = Counter({EMBEDDED: root.memory_info().rss})
            for child in root.children(recursive=True):
                self._add(child, now)
            now[TOTAL] = now.total()
            self.peaks |= now

    def _add(self, process: psutil.Process, now: Counter[str]) -> None:
        with suppress(psutil.NoSuchProcess):  # it ended meanwhile
            now[self._kind(process)] += process.memory_info().rss

    def _kind(self, process: psutil.Process) -> str:
        """A process that is of no kind of its own belongs to the one that started it."""
        if process.pid not in self._kinds:
            command = " ".join(process.cmdline())
            parent = self._kinds.get(process.ppid(), EMBEDDED)
            matches = ((pattern.search(command), kind) for pattern, kind in _KINDS)
            kinds = (kind.format(*found.groups()) for found, kind in matches if found)
            self._kinds[process.pid] = next(kinds, parent)
        return self._kinds[process.pid]
