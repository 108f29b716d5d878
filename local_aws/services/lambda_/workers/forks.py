"""The embedded AWS's side of a fork server."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import IO, Any

from local_aws.core.instance import Instance
from local_aws.services.lambda_.workers import fork_server


class Forked:
    """A process that a fork server has made, as far as `subprocess.Popen` would tell of it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ended = threading.Event()

    def end(self, code: int) -> None:
        self.returncode = code
        self._ended.set()

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, negative for a signal. Raises subprocess.TimeoutExpired."""
        if not self._ended.wait(timeout):
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
        assert self.returncode is not None
        return self.returncode


class ForkServer:
    """A process with `variables` that has loaded Lambda's runtime; it ends with the instance's processes."""

    def __init__(self, instance: Instance, python: Path, variables: Mapping[str, str]) -> None:
        self._site = instance
        self._lock = threading.Lock()
        self._asked: deque[Future[Forked | None]] = deque()
        self._living: dict[int, Forked] = {}
        self._closed = False
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            descriptor = theirs.fileno()
            instance.processes.start(
                [python, fork_server.__file__, str(descriptor), fork_server.MORE_ARGUMENTS],
                env={**variables, **fork_server.MORE_VARIABLES},
                cwd=instance.work_dir,
                pass_fds=[descriptor],
            )
        instance.threads.start(self._listen, name="lambda-forks")

    @property
    def alive(self) -> bool:
        with self._lock:
            return not self._closed

    def fork(
        self, handler: str, *, variables: Mapping[str, str], folder: Path, output: IO[bytes]
    ) -> Forked | None:
        """The process of a function; None when it needs a fresh one, or when the server has ended."""
        request = {"handler": handler, "variables": dict(variables), "folder": str(folder)}
        answer: Future[Forked | None] = Future()
        with self._lock:
            if self._closed:
                return None
            self._asked.append(answer)
            try:
                socket.send_fds(self._control, [json.dumps(request).encode()], [output.fileno()])
            except BrokenPipeError:
                self._asked.remove(answer)
                return None
        return answer.result()

    def _listen(self) -> None:
        with self._control:
            while message := self._next():
                self._note(message)
        with self._lock:
            self._closed = True
        for answer in self._asked:
            answer.set_result(None)
        # They die with the process that has forked them.
        for process in self._living.values():
            process.end(-signal.SIGKILL)

    def _next(self) -> dict[str, Any] | None:
        try:
            received = self._control.recv(fork_server.MAX_MESSAGE_BYTES)
        except ConnectionError:
            return None
        message: dict[str, Any] | None = json.loads(received) if received else None
        return message

    def _note(self, message: dict[str, Any]) -> None:
        if "ended" in message:
            self._living.pop(message["ended"]).end(message["code"])
            return
        forked = None
        if pid := message["forked"]:
            self._living[pid] = forked = Forked(pid)
            self._site.processes.adopt(forked)
        self._asked.popleft().set_result(forked)


def is_possible(variables: Mapping[str, str]) -> bool:
    """Whether a process with such variables may be forked: what an interpreter reads once, at its start, must
    be what the fork server had; and only Linux lets a process look like another one.
    """
    early = [name for name in variables if name.startswith(_READ_AT_START) and name != "PYTHONPATH"]
    path = variables.get("PYTHONPATH", "").split(os.pathsep)
    return sys.platform == "linux" and not early and all(Path(folder).is_absolute() for folder in path)


_READ_AT_START = ("PYTHON", "LD_", "MALLOC_", "GLIBC_", "OPENSSL_")
