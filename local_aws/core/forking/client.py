"""The embedded AWS's side of fork servers."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import IO, Any

from local_aws.core.forking import server
from local_aws.core.forking.preload import Preload
from local_aws.core.processes import Child, ProcessGroup
from local_aws.core.threads import ThreadGroup


class Forked:
    """A process that a fork server has made, as far as `subprocess.Popen` would tell of it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ended = threading.Event()

    def end(self, code: int) -> None:
        self.returncode = code
        self._ended.set()

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, negative for a signal. Raises subprocess.TimeoutExpired."""
        if not self._ended.wait(timeout):
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
        assert self.returncode is not None
        return self.returncode


class ForkServer:
    """A process that has loaded what `preload` says; it ends with the other processes of its group."""

    def __init__(self, preload: Preload, processes: ProcessGroup, threads: ThreadGroup, folder: Path) -> None:
        self._processes = processes
        self._lock = threading.Lock()
        self._asked: deque[Future[Forked | None]] = deque()
        self._living: dict[int, Forked] = {}
        self._closed = False
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            descriptor = theirs.fileno()
            arguments = [server.__file__, str(descriptor), str(preload.file), server.MORE_ARGUMENTS]
            self._process = processes.start(
                [str(preload.python), *preload.options, *arguments],
                env={**dict(preload.variables), **server.MORE_VARIABLES},
                cwd=folder,
                pass_fds=[descriptor],
            )
        threads.start(self._listen, name="local-aws-forks")

    @property
    def alive(self) -> bool:
        with self._lock:
            return not self._closed

    def fork(self, request: Mapping[str, Any], output: IO[bytes]) -> Forked | None:
        """A process; None when it needs a fresh one, or when the server has ended."""
        answer: Future[Forked | None] = Future()
        with self._lock:
            if self._closed:
                return None
            self._asked.append(answer)
            try:
                socket.send_fds(self._control, [json.dumps(request).encode()], [output.fileno()])
            except OSError:
                # It has ended, or the request is longer than a message may be.
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
        # Nobody else waits for it before the embedded AWS ends.
        self._process.wait()
        self._processes.forget(self._process)

    def _next(self) -> dict[str, Any] | None:
        try:
            received = self._control.recv(server.MAX_MESSAGE_BYTES)
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
            self._processes.adopt(forked)
        self._asked.popleft().set_result(forked)


class ForkServers:
    """Those of one embedded AWS: one for each preload, started when the first process needs it, and anew
    when it has died.
    """

    def __init__(self, processes: ProcessGroup, threads: ThreadGroup, folder: Path) -> None:
        self._processes, self._threads, self._folder = processes, threads, folder
        self._lock = threading.Lock()
        self._servers: dict[Preload, ForkServer] = {}

    def fork(
        self,
        preload: Preload,
        command: Sequence[str],
        *,
        variables: Mapping[str, str],
        folder: Path,
        output: IO[bytes],
        output_variable: str | None = None,
    ) -> Forked | None:
        """Run `command`, [python, *options, "-m", module, *arguments], in `folder` with exactly `variables`,
        of which the preload has had the ones that matter early; None where it has to be started afresh.
        """
        request = {
            "command": list(command),
            "variables": dict(variables),
            "folder": str(folder),
            "output_variable": output_variable,
        }
        return self._server(preload).fork(request, output)

    def start(
        self,
        preload: Preload | None,
        command: Sequence[str],
        *,
        variables: Mapping[str, str],
        folder: Path,
        output: IO[bytes],
        output_variable: str | None = None,
    ) -> Child:
        """Run `command` as `fork` does, where there may be a `preload`, and afresh elsewhere."""
        if preload:
            forked = self.fork(
                preload,
                command,
                variables=variables,
                folder=folder,
                output=output,
                output_variable=output_variable,
            )
            if forked:
                return forked
        more = {output_variable: str(output.fileno())} if output_variable else {}
        inherited = [output.fileno()] if output_variable else []
        return self._processes.start(
            command, env={**variables, **more}, cwd=folder, output=output, pass_fds=inherited
        )

    def _server(self, preload: Preload) -> ForkServer:
        with self._lock:
            found = self._servers.get(preload)
            if found is None or not found.alive:
                found = ForkServer(preload, self._processes, self._threads, self._folder)
                self._servers[preload] = found
            return found
