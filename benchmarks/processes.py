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
    """Wall clock seconds from start to end, and the highest sum of proportional set sizes seen."""

    seconds: float
    peak_bytes: int


def measure(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Cost:
    """Raises CalledProcessError when the command fails; `log` then says why."""
    started = time.perf_counter()
    with log.open("w") as output:
        process = psutil.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
        peak = 0
        while process.poll() is None:
            peak = max(peak, tree_size(process))
            time.sleep(_SAMPLE_SECONDS)
    seconds = time.perf_counter() - started
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, log.read_text()[-2000:])
    return Cost(seconds, peak)


def tree_size(root: psutil.Process) -> int:
    """The proportional set sizes of a process and all that it started, in bytes."""
    try:
        return sum(map(_proportional_size, [root, *root.children(recursive=True)]))
    except psutil.NoSuchProcess:
        return 0


def _proportional_size(process: psutil.Process) -> int:
    """Pages that processes share count once: Spark's Python workers are forks of one."""
    try:
        return int(process.memory_full_info().pss)
    except psutil.NoSuchProcess:  # it ended meanwhile; a zombie holds no memory, either
        return 0
