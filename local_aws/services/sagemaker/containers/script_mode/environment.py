"""What a program is told in its environment and by its arguments, as the toolkit tells it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from local_aws.services.sagemaker.container import CONTAINER_ROOT
from local_aws.services.sagemaker.containers.folders import Folders

GIVEN_VARIABLE, JOB_VARIABLE = "LOCAL_SAGEMAKER_ENVIRONMENT", "LOCAL_SAGEMAKER_JOB"
_OWN = "sagemaker_"
_OBJECTIVE = "_tuning_objective_metric"
_INHERITED = ("PATH", "PYTHONUNBUFFERED", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def given() -> dict[str, str]:
    """The environment that the request asks for."""
    found: dict[str, str] = json.loads(os.environ[GIVEN_VARIABLE])
    return found


def decoded(hyperparameters: Mapping[str, str]) -> dict[str, Any]:
    """Each value as JSON where it is JSON, and as text otherwise."""
    return {name: _decoded(text) for name, text in hyperparameters.items()}


def for_the_program(hyperparameters: Mapping[str, Any]) -> dict[str, Any]:
    """Without those that are for the container."""
    return {
        name: value
        for name, value in hyperparameters.items()
        if not name.startswith(_OWN) and name != _OBJECTIVE
    }


def arguments(hyperparameters: Mapping[str, Any]) -> list[str]:
    """--name value, by name; an object as name=value,name=value."""
    pairs = sorted(hyperparameters.items())
    return [
        part for name, value in pairs for part in (f"{'--' if len(name) > 1 else '-'}{name}", _text(value))
    ]


def variables(folders: Folders, program: str, hyperparameters: Mapping[str, Any]) -> dict[str, str]:
    """All that the program finds in its environment; one core, as every process of this machine has."""
    root, channels = folders.root, folders.channels()
    told = {
        "hosts": ["algo-1"],
        "current_host": "algo-1",
        "network_interface_name": "lo",
        "num_cpus": 1,
        "num_gpus": 0,
        "log_level": 20,
        "user_entry_point": program,
        "module_name": program.removesuffix(".py"),
        "module_dir": str(root / "code"),
        "hps": hyperparameters,
        "channels": sorted(channels),
        "input_dir": str(root / "input"),
        "input_config_dir": str(root / "input" / "config"),
        "output_dir": str(root / "output"),
        "output_data_dir": str(root / "output" / "data"),
        "output_intermediate_dir": str(root / "output" / "intermediate"),
        "model_dir": str(folders.model),
        "user_args": arguments(hyperparameters),
        **{f"channel_{name}": str(channel.folder) for name, channel in channels.items()},
        **{f"hp_{name}": value for name, value in hyperparameters.items()},
    }
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {
        **inherited,
        "TRAINING_JOB_NAME": os.environ[JOB_VARIABLE],
        **{f"SM_{name.upper()}": _variable(value) for name, value in told.items()},
        **given(),
    }


def local_path(folders: Folders, place: str) -> str:
    return place.replace(str(CONTAINER_ROOT), str(folders.root))


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ",".join(f"{name}={each}" for name, each in sorted(value.items()))
    return "" if value is None else str(value)


def _variable(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
