"""The command of a container that is a Python module, and what a fork server may load for it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from local_aws.core.forking.preload import Preload, is_safe
from local_aws.services.sagemaker.container import LocalCommand, Run
from local_aws.services.sagemaker.containers.folders import ROOT_VARIABLE

SOURCE_ROOT = Path(__file__).resolve().parents[4]
# One thread a process: jobs share the machine, and sums do not depend on the number of cores.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def module_command(
    run: Run, module: str, verb: str, given: Mapping[str, str], own: Mapping[str, str]
) -> LocalCommand:
    """`python -m module verb` in the run's root.

    `given` is the environment that the request asks for, and `own` what only the module reads, once it runs.
    """
    shared = {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONUNBUFFERED": "1",
        **ONE_THREAD,
        "PYTHONPATH": str(SOURCE_ROOT),
    }
    env = {**shared, **given, "PYTHONPATH": str(SOURCE_ROOT), ROOT_VARIABLE: str(run.root), **own}
    argv = [sys.executable, "-P", "-m", module, verb]
    # The interpreter or a library might read any other variable while it is loaded.
    early = [name for name in given if env[name] != shared.get(name) and not name.startswith("SAGEMAKER_")]
    preload = None if early or not is_safe() else _preload(module, shared)
    return LocalCommand(argv, env, run.root, preload=preload)


def _preload(module: str, shared: Mapping[str, str]) -> Preload:
    """The container's imports: those of its __main__.py, which acts only under that name."""
    file = SOURCE_ROOT.joinpath(*module.split("."), "__main__.py")
    return Preload.of(Path(sys.executable), file, shared, "-P")
