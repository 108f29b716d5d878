"""What stands in for a container image: the run it is given, and the command it answers with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any, Protocol

from local_aws.core.forking.preload import Preload

if TYPE_CHECKING:
    # For annotations only: job processes import this module too, and should not pay for boto3.
    from local_aws.core.instance import Credentials, Instance
    from local_aws.core.processes import Child

CONTAINER_ROOT = PurePosixPath("/opt/ml")


class NoLocalImplementation(Exception):
    """An image that no local container stands in for; `str(error)` says where to add one."""

    def __init__(self, image_uri: str) -> None:
        super().__init__(
            f"no local implementation of image {image_uri}; "
            "add one in local_aws/services/sagemaker/containers/__init__.py"
        )


class JobFailed(Exception):
    """The job ends as Failed; the text is its FailureReason."""


@dataclass(frozen=True)
class LocalCommand:
    """A process to start in place of a container; `close` runs once after it has ended, however it ended.

    `failed` runs before, with the exit code (below 0 for a signal) of a process that did not end well. With a
    `preload` the process may be forked from one that has it.
    """

    argv: list[str]
    env: dict[str, str]
    cwd: Path
    close: Callable[[], None] | None = None
    failed: Callable[[int], None] | None = None
    preload: Preload | None = None

    def start(self, instance: Instance, output: IO[bytes]) -> Child:
        return instance.forks.start(
            self.preload, self.argv, variables=self.env, folder=self.cwd, output=output
        )


@dataclass(frozen=True)
class Run:
    """One start of a container: `root` stands for /opt/ml, `credentials` are those of its role."""

    name: str
    request: dict[str, Any]
    root: Path
    credentials: Credentials
    instance: Instance

    def local_path(self, container_path: str) -> Path:
        """The local path of a path under /opt/ml; ValueError for any other path."""
        return self.root / PurePosixPath(container_path).relative_to(CONTAINER_ROOT)


@dataclass(frozen=True)
class ProcessingJobRun(Run):
    """`request` is the whole CreateProcessingJob; its inputs are already under root/processing/input."""


@dataclass(frozen=True)
class TrainingJobRun(Run):
    """`request` is the whole CreateTrainingJob; root/input holds the channels and the configuration."""


@dataclass(frozen=True)
class ServingRun(Run):
    """`request` is CreateModel with its one PrimaryContainer; root/model holds the unpacked artifact.

    The command serves on 127.0.0.1:`port`.
    """

    port: int


class ProcessingContainer(Protocol):
    @property
    def repositories(self) -> tuple[str, ...]: ...

    def command(self, job: ProcessingJobRun) -> LocalCommand: ...


class AlgorithmContainer(Protocol):
    """Trains (exit code 0, or a reason in root/output/failure) and serves /ping and /invocations."""

    @property
    def repositories(self) -> tuple[str, ...]: ...

    def train_command(self, job: TrainingJobRun) -> LocalCommand: ...

    def serve_command(self, model: ServingRun) -> LocalCommand: ...
