"""The command of a container in script mode."""

from __future__ import annotations

import json
from dataclasses import dataclass

from local_aws.services.sagemaker.container import (
    CONTAINER_ROOT,
    LocalCommand,
    Run,
    ServingRun,
    TrainingJobRun,
)
from local_aws.services.sagemaker.containers.command import module_command
from local_aws.services.sagemaker.containers.folders import PORT_VARIABLE
from local_aws.services.sagemaker.containers.script_mode.environment import GIVEN_VARIABLE, JOB_VARIABLE

_MODULE = "local_aws.services.sagemaker.containers.script_mode"


@dataclass(frozen=True)
class ScriptMode:
    """Keeps what the request wants in the environment apart from what this process itself needs there."""

    repositories: tuple[str, ...]

    def train_command(self, job: TrainingJobRun) -> LocalCommand:
        return _command(job, "train", job.request.get("Environment", {}), {JOB_VARIABLE: job.name})

    def serve_command(self, model: ServingRun) -> LocalCommand:
        environment = model.request["PrimaryContainer"].get("Environment", {})
        return _command(model, "serve", environment, {PORT_VARIABLE: str(model.port)})


def _command(run: Run, verb: str, given: dict[str, str], more: dict[str, str]) -> LocalCommand:
    here = {name: value.replace(str(CONTAINER_ROOT), str(run.root)) for name, value in given.items()}
    return module_command(run, _MODULE, verb, here, {GIVEN_VARIABLE: json.dumps(here), **more})
