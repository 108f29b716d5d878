"""Starts the process of an execution environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from local_aws.core.forking.preload import Preload, is_safe
from local_aws.core.instance import Instance
from local_aws.core.processes import Child
from local_aws.services.lambda_.interpreter import installed

MODULE = "awslambdaric"
LOG_FD = "_LAMBDA_TELEMETRY_LOG_FD"
# What a fork server has in common with every function that it makes a process for: whatever is read there.
SHARED = (
    *("LANG", "TZ", "PYTHONPATH", "AWS_DATA_PATH"),
    *("AWS_EXECUTION_ENV", "AWS_LAMBDA_INITIALIZATION_TYPE", "POWERTOOLS_DEBUG"),
)
PRELOAD = Path(__file__).with_name("preload.py")
_READ_AT_START = ("PYTHON", "LD_", "MALLOC_", "GLIBC_", "OPENSSL_")


class Workers:
    """Forks a process where it can, which takes a third of the time, and starts it afresh elsewhere."""

    def __init__(self, instance: Instance, scratch: Path) -> None:
        self._site = instance
        self._scratch = scratch

    def start(self, handler: str, *, variables: Mapping[str, str], folder: Path, output: IO[bytes]) -> Child:
        """Run `python -m awslambdaric HANDLER` in `folder` with exactly `variables`."""
        return self._site.forks.start(
            self._preload(variables) if is_possible(variables) else None,
            [str(installed().executable), "-m", MODULE, handler],
            variables=variables,
            folder=folder,
            output=output,
            output_variable=LOG_FD,
        )

    def _preload(self, variables: Mapping[str, str]) -> Preload:
        """The same for functions with the same layers and such variables."""
        shared = {name: variables[name] for name in SHARED if name in variables}
        return Preload.of(installed().executable, PRELOAD, {**shared, "HOME": str(self._scratch)})


def is_possible(variables: Mapping[str, str]) -> bool:
    """Whether a process with such variables may be forked: what an interpreter reads once, at its start, must
    be what the fork server had.
    """
    early = [name for name in variables if name.startswith(_READ_AT_START) and name != "PYTHONPATH"]
    path = variables.get("PYTHONPATH", "").split(os.pathsep)
    return is_safe() and not early and all(Path(folder).is_absolute() for folder in path)
