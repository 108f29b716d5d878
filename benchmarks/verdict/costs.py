"""What judging costs: time, and the memory of this process at its peak."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def with_cost(work: Callable[[], T]) -> tuple[T, dict[str, float]]:
    """What the work gives, and what it took; the peak is that of the process since it began."""
    load, started, used = os.getloadavg()[0], time.perf_counter(), time.process_time()
    found = work()
    return found, {
        "seconds": time.perf_counter() - started,
        "cpu_seconds": time.process_time() - used,
        "load_average_before": load,
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }
