"""One execution environment: a process of the real runtime client, and its Runtime API."""

from __future__ import annotations

import queue
import shutil
import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from local_aws.core.instance import Credentials, Instance
from local_aws.services.lambda_.configuration import Configuration, Invocation, error_document
from local_aws.services.lambda_.environments.code import Roots
from local_aws.services.lambda_.environments.output import entries
from local_aws.services.lambda_.environments.runtime_api import (
    Exited,
    InitError,
    Ready,
    Reply,
    Report,
    RuntimeApi,
)
from local_aws.services.lambda_.environments.variables import Place, all_variables
from local_aws.services.lambda_.workers.start import Workers

# Lambda gives the first attempt 10 s and starts over inside the invocation; a busy laptop needs a long one.
INIT_SECONDS = 60.0


@dataclass(frozen=True)
class Result:
    """How one invocation, or the initialisation before it, ended. `status` is REPORT's word for it."""

    payload: bytes
    status: str = "success"
    error_type: str | None = None


class ExecutionEnvironment:
    """Starts at construction, serves one invocation at a time, ends with `stop`.

    `memory_bytes` is the highest resident memory of the process and its children that was seen
    at the end of a phase.
    """

    def __init__(
        self,
        configuration: Configuration,
        instance: Instance,
        credentials: Credentials,
        workers: Workers,
        *,
        folder: Path,
        log_stream: str,
        roots: Roots,
    ) -> None:
        self.configuration = configuration
        self.log_stream = log_stream
        self.init_seconds = 0.0
        self.invocations = 0
        self.memory_bytes = 0
        self.alive = True
        self._site = instance
        self._folder = folder
        self._output = folder / "output.log"
        self._output_read = 0
        self._stopping = threading.Lock()
        self._stopped = False
        self._api = RuntimeApi(self._site.threads)
        self._start(workers, credentials, roots)

    def wait_until_ready(self, request_id: str = "") -> Result | None:
        """Wait for the end of the init phase; returns a Result only when it failed."""
        report = self._next_report(INIT_SECONDS)
        self.init_seconds = time.monotonic() - self._started
        self._note_memory()
        if isinstance(report, Ready):
            return None
        self.stop()
        return _result(report, request_id, INIT_SECONDS)

    def run(self, invocation: Invocation) -> Result:
        """Hand over an event and wait for what becomes of it, at most for the function's timeout."""
        timeout = self.configuration.timeout_seconds
        self.invocations += 1
        self._api.send(
            invocation,
            deadline_ms=round((time.time() + timeout) * 1000),
            function_arn=self.configuration.function_arn,
        )
        report = self._next_report(timeout, skip_ready=True)
        self._note_memory()
        if not (isinstance(report, Reply) and report.reusable):
            self.stop()
        return _result(report, invocation.request_id, timeout)

    def new_output(self) -> list[str]:
        """The log entries that the process wrote since the last call."""
        with self._output.open("rb") as output:
            output.seek(self._output_read)
            content = output.read()
        self._output_read += len(content)
        return entries(content)

    def stop(self) -> None:
        """End the process and what it started. Later calls do nothing."""
        with self._stopping:
            if self._stopped:
                return
            self._stopped, self.alive = True, False
        self._site.processes.stop(self._process)
        self._api.close()
        shutil.rmtree(self._folder / "tmp", ignore_errors=True)

    def _start(self, workers: Workers, credentials: Credentials, roots: Roots) -> None:
        scratch = self._folder / "tmp"
        scratch.mkdir(parents=True)
        place = Place(self._api.address, self._site.endpoint_url, roots, scratch, self.log_stream)
        self._started = time.monotonic()
        with self._output.open("wb") as sink:
            self._process = workers.start(
                self.configuration.handler,
                variables=all_variables(self.configuration, place, credentials),
                folder=roots.task,
                output=sink,
            )
        self._site.threads.start(self._watch, name="lambda-watch")

    def _watch(self) -> None:
        code = self._process.wait()
        self.alive = False
        self._api.reports.put(Exited(code))
        self.stop()

    def _next_report(self, seconds: float, *, skip_ready: bool = False) -> Report | None:
        """The next thing that the runtime says, or None when it says nothing for so long."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                report = self._api.reports.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                return None
            if not (skip_ready and isinstance(report, Ready)):
                return report

    def _note_memory(self) -> None:
        try:
            parent = psutil.Process(self._process.pid)
            used = sum(process.memory_info().rss for process in (parent, *parent.children(recursive=True)))
        except psutil.Error:
            # The process has ended; what was seen before stands.
            return
        self.memory_bytes = max(self.memory_bytes, used)


def _result(report: Report | None, request_id: str, seconds: float) -> Result:
    match report:
        case Reply(payload, failed=failed):
            return Result(payload, "error" if failed else "success")
        case InitError(payload):
            return Result(payload, "error")
        case Exited(code):
            message = f"RequestId: {request_id} Error: {_exit_reason(code)}"
            return Result(error_document("Runtime.ExitError", message), "error", "Runtime.ExitError")
    message = f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds"
    return Result(error_document("Sandbox.Timedout", message), "timeout", "Sandbox.Timedout")


def _exit_reason(code: int) -> str:
    if code == 0:
        return "Runtime exited without providing a reason"
    cause = (
        f"exit status {code}" if code > 0 else f"signal: {(signal.strsignal(-code) or str(-code)).lower()}"
    )
    return f"Runtime exited with error: {cause}"
