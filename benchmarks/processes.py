"""What a command costs: seconds, and the memory of all the processes it starts."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_SAMPLE_SECONDS = 0.25


@dataclass(frozen=True)
class Cost:
    """Wall clock seconds from start to end, the highest sum of proportional set sizes seen, and the seconds
    of processor time that all processes were last seen to have had, which a busy machine changes less.
    """

    seconds: float
    peak_bytes: int
    processor_seconds: float


def measure(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Cost:
    """Raises CalledProcessError when the command fails; `log` then says why."""
    started = time.perf_counter()
    with log.open("w") as output:
        process = psutil.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
        peak, busy = 0, 0.0
        while process.poll() is None:
            peak, busy = max(peak, tree_size(process)), max(busy, processor_seconds(process))
            time.sleep(_SAMPLE_SECONDS)
    seconds = time.perf_counter() - started
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, log.read_text()[-2000:])
    return Cost(seconds, peak, busy)


def tree_size(root: psutil.Process) -> int:
    """The proportional set sizes of a process and all that it started, in bytes."""
    try:
        return sum(map(_proportional_size, [root, *root.children(recursive=True)]))
    except psutil.NoSuchProcess:
        return 0


def processor_seconds(root: psutil.Process) -> float:
    """Of a process and all that it started, those included that have ended and were waited for."""
    try:
        return sum(map(_own_seconds, [root, *root.children(recursive=True)]))
    except psutil.NoSuchProcess:
        return 0.0


def _own_seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def _proportional_size(process: psutil.Process) -> int:
    """Pages that processes share count once: Spark's Python workers are forks of one."""
    try:
        return int(process.memory_full_info().pss)
    except psutil.NoSuchProcess:  # it ended meanwhile; a zombie holds no memory, either
        return 0
