"""Sides that take turns, and what a table tells of each."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyspark

from benchmarks.processes import Cost
from benchmarks.spark_job.launcher import MASTER


def in_turns(repetitions: int, sides: Mapping[str, Callable[[], Cost]]) -> dict[str, list[Cost]]:
    """So that a machine that slows down or speeds up does so for all."""
    rounds = [{name: side() for name, side in sides.items()} for _ in range(repetitions)]
    return {name: [costs[name] for costs in rounds] for name in sides}


def median(costs: Sequence[Cost]) -> float:
    return statistics.median(cost.seconds for cost in costs)


def median_busy(costs: Sequence[Cost]) -> float:
    return statistics.median(cost.processor_seconds for cost in costs)


def describe(rows: int, costs: Sequence[Cost]) -> dict[str, Any]:
    return {
        "seconds": [round(cost.seconds, 1) for cost in costs],
        "median_seconds": round(median(costs), 1),
        "processor_seconds": [round(cost.processor_seconds, 1) for cost in costs],
        "median_processor_seconds": round(median_busy(costs), 1),
        "rows_per_second": round(rows / median(costs)),
        "peak_mib": round(max(cost.peak_bytes for cost in costs) / 2**20),
    }


def machine(home: Path) -> dict[str, Any]:
    """When and on what it was measured; `home` is Java's."""
    version = subprocess.run(
        [home / "bin" / "java", "-version"], capture_output=True, text=True, check=True
    ).stderr
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "master": MASTER,
        "cores": os.cpu_count(),
        "machine": platform.platform(),
        "python": platform.python_version(),
        "pyspark": pyspark.__version__,
        "java": version.splitlines()[0],
    }
