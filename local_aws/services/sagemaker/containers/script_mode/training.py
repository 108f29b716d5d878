"""Unpack the code and run the program as a process of its own."""

from __future__ import annotations

import importlib.metadata
import logging
import os
import re
import subprocess
import sys
import tarfile
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from local_aws.services.sagemaker.containers.errors import UserError
from local_aws.services.sagemaker.containers.folders import Folders
from local_aws.services.sagemaker.containers.script_mode import environment

# What of an error's text goes into FailureReason, of which SageMaker shows 1024 characters in all.
_LAST_LINES, _MESSAGE = 10, 500
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*(?:==\s*([^\s;\\]+))?", re.MULTILINE)
_log = logging.getLogger(__name__)


def train(folders: Folders) -> None:
    """UserError, in the toolkit's words, for a program that does not end well."""
    hyperparameters = environment.decoded(folders.hyperparameters())
    program = str(hyperparameters.get("sagemaker_program") or os.environ.get("SAGEMAKER_PROGRAM") or "")
    if not program.endswith(".py"):
        raise UserError(f"sagemaker_program is {program!r}; a Python file is what runs locally.")
    code = _unpacked(folders, str(hyperparameters.get("sagemaker_submit_directory", "")))
    require(code / "requirements.txt")
    own = environment.for_the_program(hyperparameters)
    variables = environment.variables(folders, program, own)
    _log.info("Invoking user training script: %s", program)
    _run([sys.executable, program, *environment.arguments(own)], code, variables)


def require(requirements: Path) -> None:
    """The image would let pip install them; here they must be there already, in whichever version.

    UserError names what is not.
    """
    if not requirements.is_file():
        return
    wanted = dict(_PINNED.findall(_without_comments(requirements.read_text("utf-8"))))
    installed = {name: _version_of(name) for name in wanted}
    if missing := [name for name in wanted if installed[name] is None]:
        # Without their versions, which are for the image's Python: another one may have no such.
        pinned = ", ".join(f"{name}=={wanted[name]}" for name in missing)
        raise UserError(
            f"{requirements.name} needs {pinned}, which the image would install and this machine lacks: "
            f"install it here (python -m pip install {' '.join(missing)}), or leave the candidate out."
        )
    for name, version in wanted.items():
        if version and installed[name] != version:
            _log.warning("%s==%s is wanted, and %s is installed here", name, version, installed[name])


def _unpacked(folders: Folders, submitted: str) -> Path:
    archive, code = Path(environment.local_path(folders, submitted)), folders.root / "code"
    if not archive.is_file():
        raise UserError(
            f"sagemaker_submit_directory is {submitted!r}, which is no file in the container; code in S3 has "
            "no local implementation, so give it as a channel."
        )
    with tarfile.open(archive) as tar:
        tar.extractall(code, filter="data")
    return code


def _run(command: Sequence[str], folder: Path, variables: dict[str, str]) -> None:
    child = subprocess.Popen(
        command, cwd=folder, env=variables, stderr=subprocess.PIPE, text=True, errors="replace"
    )
    last: deque[str] = deque(maxlen=_LAST_LINES)
    for line in child.stderr or ():
        sys.stderr.write(line)
        last.append(line)
    if code := child.wait():
        message, line = "".join(last).strip()[-_MESSAGE:], " ".join(command)
        raise UserError(
            f'ExecuteUserScriptError:\nExitCode {code}\nErrorMessage "{message}"\nCommand "{line}"'
        )


def _without_comments(text: str) -> str:
    lines = (line.partition("#")[0].rstrip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith((" ", "-")))


def _version_of(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
