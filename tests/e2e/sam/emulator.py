"""AWS's Lambda runtime interface emulator, which the SAM CLI carries, around what `sam build` made.

It stands for the container of `sam local invoke`: the function's folder is /var/task and its layers are
/opt, in a mount namespace of its own. A python3.13 at hand runs it with the packages of the layers; without
one, the tests' own Python does with its own packages, which have the same versions.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from tests.e2e.sam.terminal import TOOLS
from tests.patience import PATIENCE_SECONDS
from tests.template import FUNCTIONS, PROJECT, TEMPLATE

PACKAGES = "python/lib/python3.13/site-packages"
# Of `make lambda`, for the same Python.
_RUNTIME = PROJECT / ".venv" / "lambda" / "lib" / "python3.13" / "site-packages"
_PYENV = Path.home() / ".pyenv" / "versions"
_START_SECONDS = PATIENCE_SECONDS
_SCRIPT = """
mount -t tmpfs none /var && mkdir /var/task && mount --bind "$TASK" /var/task && mount --bind "$OPT" /opt &&
cd /var/task && exec "$@"
"""


@cache
def lambdas_python() -> Path | None:
    """A python3.13 that runs: one on PATH, or one that pyenv keeps."""
    named = shutil.which("python3.13")
    found = [Path(named)] if named else []
    for python in (*found, *sorted(_PYENV.glob("3.13.*/bin/python3.13"))):
        if subprocess.run([python, "-c", ""], capture_output=True).returncode == 0:
            return python
    return None


@cache
def obstacle() -> str | None:
    """Why this machine cannot run the emulator, if it cannot."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        return "the emulator in the SAM CLI's wheel runs on Linux and x86_64"
    try:
        tried = subprocess.run([*_namespace(), "mount -t tmpfs none /var"], capture_output=True, text=True)
    except FileNotFoundError:
        return "there is no unshare, which makes a mount namespace"
    return None if tried.returncode == 0 else f"a mount namespace is not allowed: {tried.stderr.strip()}"


@contextmanager
def emulated(project: Path, function: str, scratch: Path, variables: Mapping[str, str]) -> Iterator[str]:
    """A built function behind the emulator; the URL that takes its events."""
    with _reserved_port() as port, _reserved_port() as runtime_port:
        yield from _serving(project, function, scratch, variables, port, runtime_port)


def _serving(
    project: Path, function: str, scratch: Path, variables: Mapping[str, str], port: int, runtime_port: int
) -> Iterator[str]:
    command = [
        str(next(TOOLS.glob("lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie-x86_64"))),
        *("--log-level", "error", "--runtime-interface-emulator-address", f"127.0.0.1:{port}"),
        *("--runtime-api-address", f"127.0.0.1:{runtime_port}"),
        *(*_python(), "-m", "awslambdaric", FUNCTIONS[function]["Handler"]),
    ]
    with (
        (scratch / "log").open("w+") as log,
        subprocess.Popen(
            [*_namespace(), _SCRIPT, "sh", *command],
            env=_environment(function, variables) | _places(project, function, scratch),
            stdout=log,
            stderr=log,
        ) as process,
    ):
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
        finally:
            process.terminate()


def answer(url: str, event: Any) -> Any:
    """What the function returns, or the document that tells of its error."""
    request = urllib.request.Request(url, json.dumps(event).encode(), method="POST")
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:
            return json.load(response)
    except urllib.error.HTTPError as err:
        return json.load(err)


def layers_of(function: str) -> list[str]:
    """The logical names of a function's layers, those of Globals first."""
    references = [*TEMPLATE["Globals"]["Function"]["Layers"], *FUNCTIONS[function].get("Layers", [])]
    return [reference["Ref"] for reference in references]


def built(project: Path, name: str) -> Path:
    """The folder that is deployed for a function or a layer: built, or as it stands in the project."""
    artifact = project / ".aws-sam" / "build" / name
    if artifact.is_dir():
        return artifact
    return project / str(TEMPLATE["Resources"][name]["Properties"]["ContentUri"])


def _python() -> list[str]:
    # Without its own site-packages: only what the layers and the Lambda runtime bring.
    return [str(lambdas_python()), "-S"] if lambdas_python() else [sys.executable]


def _namespace() -> list[str]:
    rights = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *rights, "--mount", "sh", "-c"]


def _places(project: Path, function: str, scratch: Path) -> dict[str, str]:
    opt = scratch / "opt"
    opt.mkdir()
    for layer in layers_of(function):
        shutil.copytree(built(project, layer), opt, copy_function=os.link, dirs_exist_ok=True)
    return {"TASK": str(built(project, function)), "OPT": str(opt)}


def _environment(function: str, variables: Mapping[str, str]) -> dict[str, str]:
    runtime = [f"/opt/{PACKAGES}", str(_RUNTIME)] if lambdas_python() else []
    return {
        **variables,
        "PATH": os.defpath,
        "HOME": "/tmp",
        "PYTHONPATH": os.pathsep.join(["/var/task", "/opt/python", *runtime]),
        "LAMBDA_TASK_ROOT": "/var/task",
        "AWS_LAMBDA_FUNCTION_NAME": function,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(FUNCTIONS[function].get("MemorySize", 256)),
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(FUNCTIONS[function].get("Timeout", 60)),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "POWERTOOLS_TRACE_DISABLED": "true",
    }


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert time.monotonic() < deadline, "the emulator did not start"
            time.sleep(0.05)


@contextmanager
def _reserved_port() -> Iterator[int]:
    """A port that nobody else is given meanwhile: bound, but listened on by the emulator alone.

    Linux lets two sockets that both share addresses have a port of which one listens; Go's listeners share.
    """
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])
