"""The environment variables of an execution environment: Lambda's own, the role's, and the function's.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from local_aws.core.instance import Credentials
from local_aws.services.lambda_.configuration import Configuration
from local_aws.services.lambda_.environments.code import Roots
from local_aws.services.lambda_.interpreter import installed

_LAYERS = "/opt"


@dataclass(frozen=True)
class Place:
    """Where an execution environment finds its surroundings on this machine."""

    runtime_api: str
    endpoint_url: str
    roots: Roots
    scratch: Path
    log_stream: str


def all_variables(configuration: Configuration, place: Place, credentials: Credentials) -> dict[str, str]:
    """Everything that the function's process gets; nothing of the caller's environment but PATH."""
    function = {name: relocated(value, place.roots.layers) for name, value in configuration.variables}
    return {
        **function,
        **_machine(place),
        **_reserved(configuration, place),
        **credentials.environment(),
        **_with_layers("PYTHONPATH", place, function.get("PYTHONPATH", "")),
    }


def relocated(value: str, layer_root: Path) -> str:
    """Lambda extracts layers to /opt, which a laptop keeps for itself: a value that names /opt, or
    something below it, names this environment's own layer folder instead."""
    if value == _LAYERS or value.startswith(f"{_LAYERS}/"):
        return str(layer_root) + value[len(_LAYERS) :]
    return value


def _machine(place: Place) -> dict[str, str]:
    return {
        "PATH": os.pathsep.join([str(place.roots.layers / "bin"), os.environ.get("PATH", os.defpath)]),
        # The caller's own ~/.aws must not decide what a function sees.
        "HOME": str(place.scratch),
        "TMPDIR": str(place.scratch),
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        "AWS_ENDPOINT_URL": place.endpoint_url,
    }


def _reserved(configuration: Configuration, place: Place) -> dict[str, str]:
    level = {"AWS_LAMBDA_LOG_LEVEL": configuration.log_level} if configuration.log_level else {}
    return {
        "_HANDLER": configuration.handler,
        "AWS_DEFAULT_REGION": configuration.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{configuration.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration.memory_mb),
        "AWS_LAMBDA_FUNCTION_NAME": configuration.function_name,
        "AWS_LAMBDA_FUNCTION_VERSION": configuration.version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_FORMAT": configuration.log_format,
        "AWS_LAMBDA_LOG_GROUP_NAME": configuration.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": place.log_stream,
        "AWS_LAMBDA_RUNTIME_API": place.runtime_api,
        "AWS_REGION": configuration.region,
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        # No daemon listens here, and none is needed: the trace header says that nothing is sampled.
        "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
        "LAMBDA_RUNTIME_DIR": str(installed().packages / "awslambdaric"),
        "LAMBDA_TASK_ROOT": str(place.roots.task),
        **level,
    }


def _with_layers(name: str, place: Place, own: str) -> dict[str, str]:
    folders = map(str, place.roots.packages)
    return {name: os.pathsep.join([*([own] if own else []), *folders])}
