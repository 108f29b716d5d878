"""A container image stood in for by a Python module that understands `train` and `serve`."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from local_aws.services.sagemaker.container import LocalCommand, Run, ServingRun, TrainingJobRun
from local_aws.services.sagemaker.containers.folders import PORT_VARIABLE, ROOT_VARIABLE

SOURCE_ROOT = Path(__file__).resolve().parents[4]
# One thread a process: jobs share the machine, and sums do not depend on the number of cores.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True)
class PythonModule:
    """Runs `python -m module train|serve`; `repositories` are the image repositories it stands in for."""

    module: str
    repositories: tuple[str, ...]

    def train_command(self, job: TrainingJobRun) -> LocalCommand:
        return self._command(job, "train", job.request.get("Environment", {}))

    def serve_command(self, model: ServingRun) -> LocalCommand:
        environment = model.request.get("PrimaryContainer", {}).get("Environment", {})
        return self._command(model, "serve", {**environment, PORT_VARIABLE: str(model.port)})

    def _command(self, run: Run, verb: str, environment: dict[str, str]) -> LocalCommand:
        env = {
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONUNBUFFERED": "1",
            **ONE_THREAD,
            **environment,
            "PYTHONPATH": str(SOURCE_ROOT),
            ROOT_VARIABLE: str(run.root),
        }
        return LocalCommand([sys.executable, "-P", "-m", self.module, verb], env, run.root)
