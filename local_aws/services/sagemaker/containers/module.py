"""A container image stood in for by a Python module that understands `train` and `serve`."""

from __future__ import annotations

from dataclasses import dataclass

from local_aws.services.sagemaker.container import LocalCommand, ServingRun, TrainingJobRun
from local_aws.services.sagemaker.containers.command import module_command
from local_aws.services.sagemaker.containers.folders import PORT_VARIABLE


@dataclass(frozen=True)
class PythonModule:
    """Runs `python -m module train|serve`; `repositories` are the image repositories it stands in for."""

    module: str
    repositories: tuple[str, ...]

    def train_command(self, job: TrainingJobRun) -> LocalCommand:
        return module_command(job, self.module, "train", job.request.get("Environment", {}), {})

    def serve_command(self, model: ServingRun) -> LocalCommand:
        given = model.request.get("PrimaryContainer", {}).get("Environment", {})
        return module_command(model, self.module, "serve", given, {PORT_VARIABLE: str(model.port)})
