"""Starts a container's process."""

from __future__ import annotations

from typing import IO

from local_aws.core.instance import Instance
from local_aws.core.processes import Child
from local_aws.services.sagemaker.container import LocalCommand


def start(instance: Instance, command: LocalCommand, output: IO[bytes]) -> Child:
    """Forked from one that has the imports, where there may be such a one, and afresh elsewhere."""
    argv, env, cwd = command.argv, command.env, command.cwd
    if command.preload:
        forked = instance.forks.fork(command.preload, argv, variables=env, folder=cwd, output=output)
        if forked:
            return forked
    return instance.processes.start(argv, env=env, cwd=cwd, output=output)
