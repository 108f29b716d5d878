"""Ends what the embedded AWS started when the embedded AWS dies without a chance to do so (kill -9).

Runs as a process of its own and reads lines `+PID` and `-PID` from standard input. The kernel closes that
pipe when the parent dies, however it dies; what is registered then is killed with its whole process group.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable


def watch(lines: Iterable[str]) -> set[int]:
    """Process ids that are still registered when the lines end."""
    alive: set[int] = set()
    for line in lines:
        change, pid = line[0], int(line[1:])
        alive = alive | {pid} if change == "+" else alive - {pid}
    return alive


def main() -> None:
    # Ctrl-C reaches the whole foreground group; the parent handles it, and its pipe tells the guardian.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for pid in watch(sys.stdin):
        try:
            os.killpg(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    main()
