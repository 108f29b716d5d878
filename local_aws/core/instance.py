"""What every part of the embedded AWS needs to know about the one that is running."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import platformdirs
from botocore.config import Config

from local_aws.core.changes import Changes
from local_aws.core.forking.client import ForkServers
from local_aws.core.models import LOADER
from local_aws.core.processes import ProcessGroup
from local_aws.core.threads import ThreadGroup

ACCOUNT_ID = "123456789012"
REGION = "us-east-1"
_PATIENCE_SECONDS = 5.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Credentials:
    access_key_id: str
    secret_access_key: str
    session_token: str | None = None

    def environment(self) -> dict[str, str]:
        """The variables through which every AWS SDK finds these credentials."""
        token = {"AWS_SESSION_TOKEN": self.session_token} if self.session_token else {}
        return {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            **token,
        }


ADMINISTRATOR = Credentials("local-administrator", "local")


@dataclass
class Instance:
    """A running embedded AWS: where it listens, where it works, and what it has started.

    `name` is the application's; what is kept for its next start is in `cache_dir`. A Wait state
    waits `pace` times the seconds that it names.
    """

    endpoint_url: str
    work_dir: Path
    name: str = "local-aws"
    pace: float = 1.0
    region: str = REGION
    account_id: str = ACCOUNT_ID
    processes: ProcessGroup = field(default_factory=ProcessGroup)
    threads: ThreadGroup = field(default_factory=ThreadGroup)
    changes: Changes = field(default_factory=Changes)
    forks: ForkServers = field(init=False)
    _pool: ThreadPoolExecutor = field(init=False)
    closing: bool = False
    _cleanups: list[Callable[[], None]] = field(default_factory=list)
    _clients: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.forks = ForkServers(self.processes, self.threads, self.work_dir)
        self._pool = self.threads.pool(16, "local-aws")

    @property
    def cache_dir(self) -> Path:
        return platformdirs.user_cache_path(self.name)

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{resource}"

    def client(self, service: str, credentials: Credentials = ADMINISTRATOR, **config: Any) -> Any:
        """A boto3 client of this instance; retries are off, so that an error shows at once.

        The administrator's is one for each service: to make one takes longer than most calls.
        """
        if config or credentials != ADMINISTRATOR:
            return self._new_client(service, credentials, **config)
        if service not in self._clients:
            self._clients[service] = self._new_client(service, credentials)
        return self._clients[service]

    def _new_client(self, service: str, credentials: Credentials, **config: Any) -> Any:
        session = boto3.Session(
            credentials.access_key_id,
            credentials.secret_access_key,
            credentials.session_token,
            self.region,
            botocore_session=_session_with_shared_models(),
        )
        settings = Config(retries={"total_max_attempts": 1}, read_timeout=3600, **config)
        return session.client(service, endpoint_url=self.endpoint_url, config=settings)  # type: ignore[call-overload]

    def assume(self, role_arn: str, session_name: str) -> Credentials:
        """Credentials of a role, as its trusted service would get them (sts:AssumeRole)."""
        from moto.sts.models import sts_backends

        account = role_arn.split(":")[4]
        role = sts_backends[account]["aws"].assume_role(
            region_name=self.region,
            role_session_name=session_name[:64],
            role_arn=role_arn,
            policy=None,
            duration=3600,
            external_id=None,
        )
        return Credentials(role.access_key_id, role.secret_access_key, role.session_token)

    def background(self, work: Callable[..., object], *args: object) -> Future[object]:
        """Run `work` on a thread of this instance; an error there is logged, never lost."""

        def logged() -> object:
            try:
                return work(*args)
            except Exception:
                # The boundary of a background thread: nobody waits for the future, so the log is its reader.
                # What the end cuts short is no fault.
                level = logging.DEBUG if self.closing else logging.ERROR
                _log.log(level, "background work of the embedded AWS failed: %s", work, exc_info=True)
                raise

        return self._pool.submit(logged)

    def on_close(self, cleanup: Callable[[], None]) -> None:
        """Have `cleanup` called when this instance closes, last registered first."""
        self._cleanups.append(cleanup)

    def close(self) -> None:
        self.closing = True
        for cleanup in reversed(self._cleanups):
            cleanup()
        self.processes.close()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def wait_for_background_work(self) -> None:
        """Wait, once closed, for its threads: one may still start a process, write a file, or look for what
        the next embedded AWS of this process takes away.
        """
        # Bounded: work that waits for a job's end never finishes once the instance closes.
        for thread in self.threads.join(_PATIENCE_SECONDS):
            _log.warning("a thread of the embedded AWS does not end: %s", thread.name)
        self.processes.close()


def _session_with_shared_models() -> botocore.session.Session:
    # Whatever profile and configuration the caller has for the real AWS is none of ours.
    session = botocore.session.Session(
        {"profile": (None, None, None, None), "config_file": (None, None, os.devnull, None)}
    )
    session.register_component("data_loader", LOADER)
    return session


_current: Instance | None = None


def activate(instance: Instance) -> None:
    """Have patched moto serve `instance`. One at a time in a process: moto's state is global."""
    global _current
    _current = instance


def active_instances() -> list[Instance]:
    """The one that patched moto serves, if it is not closing."""
    return [_current] if _current and not _current.closing else []


def current_instance() -> Instance:
    if _current is None:
        raise RuntimeError("No embedded AWS is running in this process.")
    return _current
