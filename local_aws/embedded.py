"""The embedded AWS as one object: start, deploy, stop."""

from __future__ import annotations

import fcntl
import logging
import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import moto
from moto.core.config import default_user_config
from moto.moto_api._internal import moto_api_backend

from local_aws.core.errors import NoSpace, PortTaken, WorkDirTaken, WrongMoto
from local_aws.core.instance import ADMINISTRATOR, Instance, activate
from local_aws.core.moto_server import Server
from local_aws.deployment import build
from local_aws.deployment import deploy as deployment
from local_aws.services.lambda_ import interpreter

HOST = "127.0.0.1"
MOTO_VERSION = "5.2.5"
NEEDED_BYTES = 512 * 1024**2


class EmbeddedAws:
    """A moto server on 127.0.0.1 with its gaps closed, for one `with` block.

    `work_dir` holds whatever jobs and functions put on disk (a temporary folder when None); `port` 0 takes
    a free one; `name` is the application's, for the temporary folder, the cache of this user and the bucket
    of artifacts. A Wait state waits `pace` times the seconds that it names: what takes minutes in AWS takes
    seconds here. One at a time in a process, because moto's state is global; processes do not disturb each
    other.

    Raises PortTaken, WorkDirTaken, NoSpace, WrongMoto or NoLambdaRuntime on entering, and BuildFailed or
    DeployFailed from `deploy`.
    """

    def __init__(
        self, work_dir: Path | None = None, port: int = 0, *, name: str = "local-aws", pace: float = 1.0
    ) -> None:
        self._given_work_dir = work_dir
        self._port = port
        self._name = name
        self._pace = pace
        self.instance: Instance

    def __enter__(self) -> Self:
        require_moto(moto.__version__)
        interpreter.installed()
        check_port(self._port)
        # Whatever interrupts the start, what has been made by then goes again.
        with ExitStack() as undo:
            work_dir = self._make_work_dir(undo)
            _apply_patches()
            # A second instance in one process (a test suite) must not see what the first one made.
            moto_api_backend.reset()
            # Exit order: server, then background work, then work folder.
            last = undo.enter_context(ExitStack())
            server = Server(HOST, self._port, verbose=False)
            server.start()
            undo.callback(server.stop)
            self.instance = Instance(
                f"http://{HOST}:{server.get_host_and_port()[1]}", work_dir, self._name, self._pace
            )
            server.give_threads_to(self.instance)
            last.callback(self.instance.wait_for_background_work)
            undo.callback(self.instance.close)
            activate(self.instance)
            self._closing = undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    def environment(self) -> dict[str, str]:
        """The variables that point any AWS client at this instance."""
        return {
            "AWS_ENDPOINT_URL": self.instance.endpoint_url,
            "AWS_DEFAULT_REGION": self.instance.region,
            "AWS_REGION": self.instance.region,
            **ADMINISTRATOR.environment(),
        }

    def notes(self) -> list[str]:
        """Sentences for a person: in what this machine is unlike AWS."""
        note = interpreter.difference(interpreter.RUNTIME)
        return [note] if note else []

    def deploy(
        self,
        template: Path,
        stack_name: str,
        parameters: Mapping[str, str] | None = None,
        config_env: str = "local",
    ) -> dict[str, str]:
        """Build and deploy an unmodified SAM template; returns the stack's outputs.

        `parameters` go before those of `config_env` in the template's samconfig.toml, if there is one.
        """
        samconfig = template.parent / "samconfig.toml"
        base = deployment.parameters_of(samconfig, config_env) if samconfig.is_file() else {}
        return deployment.deploy(
            self.instance,
            template,
            stack_name=stack_name,
            parameters={**base, **(parameters or {})},
            built=build.built(template),
        )

    def _make_work_dir(self, undo: ExitStack) -> Path:
        if self._given_work_dir:
            work_dir = self._given_work_dir
            work_dir.mkdir(parents=True, exist_ok=True)
            undo.enter_context(sole_use(work_dir))
        else:
            work_dir = Path(tempfile.mkdtemp(prefix=f"{self._name}-"))
            undo.callback(shutil.rmtree, work_dir, ignore_errors=True)
        check_space(work_dir)
        return work_dir


@contextmanager
def sole_use(work_dir: Path) -> Iterator[None]:
    """Raise WorkDirTaken when another embedded AWS works in `work_dir`; a dead one's claim is void."""
    with (work_dir / ".lock").open("w") as claim:
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as err:
            raise WorkDirTaken(
                f"Another embedded AWS works in the folder {work_dir}: choose another one with --work-dir."
            ) from err
        yield


def require_moto(version: str) -> None:
    if version != MOTO_VERSION:
        raise WrongMoto(
            f"moto {version} is installed, but the embedded AWS is written for moto {MOTO_VERSION}: "
            "install the versions of requirements.lock."
        )


def check_port(port: int) -> None:
    """Raise PortTaken when something listens on `port`; 0 stands for any free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as err:
            raise PortTaken(
                f"Port {port} is already taken on {HOST}: choose another one with --port."
            ) from err


def check_space(work_dir: Path) -> None:
    """Raise NoSpace when the disk of `work_dir` has less than 512 MiB left."""
    free = shutil.disk_usage(work_dir).free
    if free < NEEDED_BYTES:
        raise NoSpace(
            f"The work folder {work_dir} has {free // 1024**2} MiB left and a run needs "
            f"{NEEDED_BYTES // 1024**2}: "
            "free some space, or set TMPDIR or --work-dir to a larger disk."
        )


def _apply_patches() -> None:
    from local_aws.core import moto_server
    from local_aws.services import cloudformation, eventbridge, iam, pricing, stepfunctions
    from local_aws.services.cloudwatch import alarms as cloudwatch_alarms
    from local_aws.services.lambda_.api import functions as lambda_functions
    from local_aws.services.lambda_.api import layers as lambda_layers
    from local_aws.services.logs import group_keys as log_group_keys
    from local_aws.services.logs import listing as log_listing
    from local_aws.services.s3 import checksums as s3_checksums
    from local_aws.services.s3 import events as s3_events
    from local_aws.services.s3 import listing as s3_listing
    from local_aws.services.sagemaker import control_plane as sagemaker
    from local_aws.services.sns import subscriptions as sns_subscriptions
    from local_aws.services.unimplemented import calls as unimplemented_calls
    from local_aws.services.unimplemented import unknown_services

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    default_user_config["stepfunctions"]["execute_state_machine"] = True
    for patch in (
        moto_server,
        cloudformation,
        stepfunctions,
        eventbridge,
        cloudwatch_alarms,
        lambda_functions,
        lambda_layers,
        s3_checksums,
        s3_events,
        s3_listing,
        sagemaker,
        log_group_keys,
        log_listing,
        unimplemented_calls,
        sns_subscriptions,
        pricing,
        unknown_services,
        iam,
    ):
        patch.apply()
