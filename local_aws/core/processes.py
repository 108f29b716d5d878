"""Child processes that never outlive the embedded AWS."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Protocol

from local_aws.core import guardian

_GRACE_SECONDS = 2.0


class Child(Protocol):
    """A process that leads a session of its own; its attributes are those of `subprocess.Popen`."""

    pid: int
    returncode: int | None

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...


class ProcessGroup:
    """Starts each child in a session of its own and ends all of them on close, or when this process dies.

    The embedded AWS owns one group; whatever it starts (function workers, the Spark driver, training
    jobs, model servers) is started through it.
    """

    def __init__(self) -> None:
        self._children: set[Child] = set()
        self._lock = threading.Lock()
        self._guardian: subprocess.Popen[str] | None = None

    def start(
        self,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str],
        cwd: Path,
        output: IO[bytes] | int | None = subprocess.DEVNULL,
        pass_fds: Sequence[int] = (),
    ) -> subprocess.Popen[bytes]:
        """Start `command` with exactly `env` as its environment; stdout and stderr go to `output`."""
        child = subprocess.Popen(
            [str(part) for part in command],
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=pass_fds,
            start_new_session=True,
        )
        self.adopt(child)
        return child

    def adopt(self, child: Child) -> None:
        """Count a process that one of these has started among those that end here."""
        with self._lock:
            self._children.add(child)
            self._tell_guardian(f"+{child.pid}")

    def __contains__(self, child: object) -> bool:
        with self._lock:
            return child in self._children or child is self._guardian

    def stop(self, child: Child) -> None:
        """End a child and everything it started: SIGTERM, then SIGKILL after two seconds."""
        for signal_number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(child.pid, signal_number)
                child.wait(_GRACE_SECONDS)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        child.wait()
        self.forget(child)

    def forget(self, child: Child) -> None:
        """Drop a child that has ended, so that its process id can be used again by others."""
        with self._lock:
            if child in self._children:
                self._children.discard(child)
                self._tell_guardian(f"-{child.pid}")

    def close(self) -> None:
        with self._lock:
            children = list(self._children)
        for child in children:
            self.stop(child)
        if self._guardian and self._guardian.stdin:
            self._guardian.stdin.close()
            self._guardian.wait()
            self._guardian = None

    def _tell_guardian(self, line: str) -> None:
        if self._guardian is None:
            self._guardian = subprocess.Popen(
                [sys.executable, "-I", guardian.__file__],
                stdin=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        assert self._guardian.stdin is not None
        self._guardian.stdin.write(line + "\n")
        self._guardian.stdin.flush()
