"""Starts the process of an execution environment."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from local_aws.core.instance import Instance
from local_aws.core.processes import Child
from local_aws.services.lambda_.interpreter import installed
from local_aws.services.lambda_.workers import forks
from local_aws.services.lambda_.workers.fork_server import LOG_FD, MODULE
from local_aws.services.lambda_.workers.forks import ForkServer

# What a fork server has in common with every function that it makes a process for.
_SHARED = ("PATH", "LANG", "TZ", "PYTHONPATH")


class Workers:
    """Forks a process where it can, which takes a third of the time, and starts it afresh elsewhere."""

    def __init__(self, instance: Instance, scratch: Path) -> None:
        self._site = instance
        self._scratch = scratch
        self._lock = threading.Lock()
        self._servers: dict[tuple[str | None, ...], ForkServer] = {}

    def start(self, handler: str, *, variables: Mapping[str, str], folder: Path, output: IO[bytes]) -> Child:
        """Run `python -m awslambdaric HANDLER` in `folder` with exactly `variables`."""
        if forks.is_possible(variables):
            server = self._server(variables)
            if forked := server.fork(handler, variables=variables, folder=folder, output=output):
                return forked
        return self._site.processes.start(
            [installed().executable, "-m", MODULE, handler],
            env={**variables, LOG_FD: str(output.fileno())},
            cwd=folder,
            output=output,
            pass_fds=[output.fileno()],
        )

    def _server(self, variables: Mapping[str, str]) -> ForkServer:
        """The fork server of functions with the same layers; started when the first of them is needed."""
        shared = {name: variables[name] for name in _SHARED if name in variables}
        key = tuple(map(shared.get, _SHARED))
        with self._lock:
            server = self._servers.get(key)
            if server is None or not server.alive:
                own = {**shared, "HOME": str(self._scratch)}
                server = self._servers[key] = ForkServer(self._site, installed().executable, own)
            return server
