"""How fast a candidate answers, and how much that differs from one measurement to the next.

Scoring times one pass over the test rows, which of a small table is a single request. Where the speed decides
among candidates, the first requests are sent again and again: how far the passes are apart is what another
measurement may change, warming up included.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bakeoff.domain.errors import BakeoffError
from bakeoff.domain.run.documents import Throughput
from bakeoff.domain.scoring.importance import RESERVED_SECONDS
from bakeoff.domain.scoring.replies import batches

PASSES = 5
# Twice as many as go on at once.
MAX_REQUESTS = 8
# What a live endpoint may cost for it.
MAX_SECONDS = 30.0


@dataclass(frozen=True)
class ThroughputStudy:
    """`seconds_left` tells how long it may take at most, with what is reserved; `clock` tells seconds."""

    seconds_left: Callable[[], float]
    clock: Callable[[], float] = time.perf_counter

    def measure(self, features: Sequence[str], predict: Callable[[Sequence[str]], Any]) -> Throughput | None:
        """By what `predict` takes for the first rows, as many as make MAX_REQUESTS requests. None where there
        was no time for two passes, or a request failed before: the candidate is scored already.
        """
        requests = list(islice(batches(features), MAX_REQUESTS))
        rows = [row for batch in requests for row in batch]
        passes = self._passes(lambda: predict(rows))
        if len(passes) < 2:
            return None
        return {"rows": len(rows), "requests": len(requests), "seconds": passes}

    def _passes(self, work: Callable[[], Any]) -> list[float]:
        """The seconds of each."""
        passes: list[float] = []
        while len(passes) < PASSES and self._has_time(passes):
            started = self.clock()
            try:
                work()
            except BakeoffError:
                break
            passes.append(self.clock() - started)
        return passes

    def _has_time(self, passes: Sequence[float]) -> bool:
        next_one = max(passes, default=0.0)
        left = self.seconds_left() - RESERVED_SECONDS
        return next_one <= left and sum(passes) + next_one <= MAX_SECONDS


def percentile(values: Iterable[float], share: float) -> float:
    """The nearest-rank percentile of at least one value; `share` in (0, 1]."""
    ordered = sorted(values)
    rank = -(-len(ordered) * share // 1)
    return ordered[max(0, int(rank) - 1)]
