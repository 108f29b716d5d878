"""A job from its folder to its end: what training and processing have in common."""

from __future__ import annotations

import logging
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from local_aws.core.instance import Credentials, Instance
from local_aws.core.processes import Child
from local_aws.services.sagemaker.container import JobFailed, LocalCommand, NoLocalImplementation
from local_aws.services.sagemaker.data_plane import execution_role
from local_aws.services.sagemaker.data_plane.logs import ContainerLog
from local_aws.services.sagemaker.data_plane.s3 import UnreadableSource

FAILURE_REASON_LIMIT = 1024
_POLL_SECONDS = 0.05
_log = logging.getLogger(__name__)


class JobStopped(Exception):
    """The job ends as Stopped; `secondary` is "Stopped" or "MaxRuntimeExceeded"."""

    def __init__(self, secondary: str) -> None:
        super().__init__(secondary)
        self.secondary = secondary


class EndRecord(Protocol):
    """Where the end of a job is published."""

    def finish(self, status: str, secondary_status: str, reason: str | None) -> None: ...


class JobRecord(EndRecord, Protocol):
    """Where a job's state is published: what Describe shows."""

    def enter(self, secondary_status: str) -> None: ...


@dataclass
class StopSignal:
    """Asks a running job to stop. Once `closing`, the embedded AWS is going away and nothing is published."""

    asked: threading.Event = field(default_factory=threading.Event)
    closing: bool = False


class RunningJobs:
    """The jobs of one instance, each on its own thread, so that none waits for another to start."""

    def __init__(self, instance: Instance) -> None:
        self._site = instance
        self._running: dict[str, tuple[StopSignal, threading.Thread]] = {}
        self._lock = threading.Lock()
        instance.on_close(self.close)

    def start(self, arn: str, record: EndRecord, work: Callable[[StopSignal], None]) -> None:
        """Run `work` in the background and publish how it ends in `record`."""
        stop = StopSignal()
        # A job that ends at once waits for the lock to take itself out again.
        with self._lock:
            thread = self._site.threads.start(self._run, arn, record, work, stop, name=arn)
            self._running[arn] = stop, thread

    def stop(self, arn: str) -> None:
        """Ask a job to stop; one that has just ended is left alone."""
        with self._lock:
            running = self._running.get(arn)
        if running:
            running[0].asked.set()
            self._site.changes.wake()

    def close(self) -> None:
        with self._lock:
            running = list(self._running.values())
        for stop, _ in running:
            stop.closing = True
            stop.asked.set()
        self._site.changes.wake()
        for _, thread in running:
            thread.join(timeout=10)

    def _run(self, arn: str, record: EndRecord, work: Callable[[StopSignal], None], stop: StopSignal) -> None:
        end = _outcome(work, stop)
        with self._lock:
            del self._running[arn]
        if not stop.closing:
            record.finish(*end)
            self._site.changes.note()


def _outcome(work: Callable[[StopSignal], None], stop: StopSignal) -> tuple[str, str, str | None]:
    try:
        work(stop)
    except JobStopped as err:
        return "Stopped", err.secondary, None
    except JobFailed as err:
        return "Failed", "Failed", str(err)[:FAILURE_REASON_LIMIT]
    except NoLocalImplementation as err:
        return "Failed", "Failed", f"ClientError: {err}"[:FAILURE_REASON_LIMIT]
    except Exception as err:
        # The boundary of a job's thread: whatever happens, whoever waits for the job must see it end.
        if not stop.closing:
            _log.exception("a SageMaker job broke")
        return "Failed", "Failed", f"InternalServerError: {type(err).__name__}: {err}"[:FAILURE_REASON_LIMIT]
    return "Completed", "Completed", None


def role_of_job(instance: Instance, role_arn: str, name: str, image: str, log_group: str) -> Credentials:
    """Credentials of a job's role, once it may do what a start takes; `name` is such as training-job/a.

    Raises JobFailed.
    """
    try:
        credentials = execution_role.assume(instance, role_arn, instance.arn("sagemaker", name))
        execution_role.pull_image(role_arn, image)
    except execution_role.RoleRefused as err:
        raise JobFailed(f"ClientError: {err}") from err
    execution_role.publish_metrics(role_arn, log_group)
    return credentials


@contextmanager
def moving_data(what: str) -> Iterator[None]:
    """Turn what S3 refuses into the job's failure, as SageMaker words it."""
    try:
        yield
    except (ClientError, BotoCoreError, Boto3Error, UnreadableSource, ValueError, KeyError, OSError) as err:
        raise JobFailed(f"ClientError: {what} failed: {err}") from err


@contextmanager
def job_folder(instance: Instance, kind: str, name: str) -> Iterator[Path]:
    """An empty folder for a job, gone afterwards; it stands for /opt/ml."""
    root = instance.work_dir / "sagemaker" / kind / name / "ml"
    shutil.rmtree(root.parent, ignore_errors=True)
    root.mkdir(parents=True)
    try:
        yield root
    finally:
        shutil.rmtree(root.parent, ignore_errors=True)


def run_to_end(
    instance: Instance,
    command: LocalCommand,
    root: Path,
    log: ContainerLog,
    stop: StopSignal,
    limit_seconds: float,
) -> None:
    """Run a job's process; JobFailed for a non-zero exit code, JobStopped when asked to or out of time."""
    with ExitStack() as ending:
        # In reverse: the process stops, what served it closes, and its log is complete.
        ending.callback(_ship, log, stop)
        if command.close:
            ending.callback(command.close)
        with log.path.open("ab") as output:
            child = command.start(instance, output)
        ending.callback(instance.processes.stop, child)
        _wait(child, stop, time.monotonic() + limit_seconds)
        if child.returncode and command.failed:
            command.failed(child.returncode)
    code = child.wait()
    if code < 0:
        # As a container's: what it left in its log before says nothing about it.
        words = signal.strsignal(-code) or "unknown"
        raise JobFailed(
            f"AlgorithmError: the process was ended by signal {-code} ({words}), exit code: {128 - code}"
        )
    if code:
        raise JobFailed(f"AlgorithmError: {_reason(root, log)}, exit code: {code}")


def _ship(log: ContainerLog, stop: StopSignal) -> None:
    if not stop.closing:
        log.ship()


def _wait(child: Child, stop: StopSignal, deadline: float) -> None:
    while child.poll() is None:
        if stop.asked.wait(_POLL_SECONDS):
            raise JobStopped("Stopped")
        if time.monotonic() > deadline:
            raise JobStopped("MaxRuntimeExceeded")


def _reason(root: Path, log: ContainerLog) -> str:
    """What the container left for FailureReason, cut so that the exit code after it survives."""
    left = [root / "output" / name for name in ("message", "failure")]
    text = next((path.read_text(errors="replace") for path in left if path.is_file()), None) or log.tail()
    return text.strip()[: FAILURE_REASON_LIMIT - 60]
