"""A person's terminal: a copy of the project, the released tools, and an embedded AWS in another process."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import boto3

from tests.patience import PATIENCE_SECONDS
from tests.template import PROJECT

TOOLS = PROJECT / ".venv" / "sam"
_COPIED = ("README.md", "events", "layers", "samconfig.toml", "spark", "src", "statemachine", "template.yaml")
_UTILITIES = ("bash", "cp", "find", "make", "rm", "sh", "test")
_SECTIONS = ("Deploying to AWS", "Adding an algorithm", "Costs and clean-up")
_CONNECTION = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL")
_CHANGE = re.compile(r"^[+*-] (Add|Modify|Delete)\s+(\w+)", re.MULTILINE)


def copied_project(folder: Path) -> Path:
    """What `sam` needs of the project, to be changed at will."""
    for name in _COPIED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return folder


def tool_folder(folder: Path) -> Path:
    """A PATH of one folder: the tools that README asks for, and a `python3` of any version, without pip."""
    ours = Path(sys.executable).parent
    found = {name: Path(shutil.which(name) or name) for name in _UTILITIES}
    found |= {"sam": TOOLS / "bin" / "sam", "aws": TOOLS / "bin" / "aws", "bakeoff": ours / "bakeoff"}
    folder.mkdir()
    for name, program in found.items():
        (folder / name).symlink_to(program)
    python = folder / "python3"
    python.write_text(f'#!/bin/sh\nexec "{TOOLS}/bin/python" "$@"\n')
    python.chmod(0o755)
    return folder


@contextmanager
def running_aws(folder: Path) -> Iterator[dict[str, str]]:
    """`bakeoff local --no-deploy` in a process of its own; the variables that it prints."""
    command = [str(Path(sys.executable).parent / "bakeoff"), "local", "--no-deploy", "--json", "--work-dir"]
    with subprocess.Popen([*command, str(folder)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            environment: dict[str, str] = json.loads(process.stdout.readline())["environment"]
            yield environment
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=PATIENCE_SECONDS)


@dataclass(frozen=True)
class Terminal:
    """Runs commands in `project`, with `path` as PATH and the variables that a person exported."""

    project: Path
    path: Path
    exported: dict[str, str]

    def run(self, script: str, answers: str = "") -> str:
        """What a script of commands prints; each of them must succeed. `answers` are typed at its prompts."""
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=self.project,
            env=self._environment(),
            input=answers,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert ended.returncode == 0, f"{script}\n{ended.stdout}"
        return ended.stdout

    def client(self, service: str) -> Any:
        return _client(service, *(self.exported[name] for name in _CONNECTION))

    def _environment(self) -> dict[str, str]:
        foreign = ("AWS_", "PYTHON", "SAM_", "VIRTUAL_ENV")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        return {
            **inherited,
            **self.exported,
            "PATH": str(self.path),
            "COLUMNS": "240",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "SAM_CLI_TELEMETRY": "0",
            "SAM_CLI_POLL_DELAY": "1",
            # Where sam keeps its own settings, and forgets folders that it has emptied.
            "__SAM_CLI_APP_DIR": str(self.path),
            "TMPDIR": str(self.path),
        }


@cache
def _client(service: str, key: str, secret: str, region: str, endpoint: str) -> Any:
    """One of each: to make one takes a hundred times as long as a call."""
    connect: Any = boto3.session.Session(key, secret, region_name=region).client
    return connect(service, endpoint_url=endpoint)


@dataclass
class Readme:
    """The commands in README's sections about AWS; `left` are those that nothing has run yet."""

    terminal: Terminal
    left: list[str] = field(init=False)

    def __post_init__(self) -> None:
        text = (self.terminal.project / "README.md").read_text("utf-8")
        sections = dict(re.findall(r"^## (.+)\n((?:.*\n)*?)(?=^## |\Z)", text, re.MULTILINE))
        self.blocks = [
            block for name in _SECTIONS for block in re.findall(r"```sh\n(.*?)```", sections[name], re.DOTALL)
        ]
        self.left = list(self.blocks)

    def run(
        self, beginning: str, answers: str = "y\n", *, where: Terminal | None = None, run: str = "RUN"
    ) -> str:
        """Run the one block that begins so, exactly as it stands there; of a `run`, with its name."""
        [block] = [block for block in self.blocks if block.startswith(beginning)]
        if block in self.left:
            self.left.remove(block)
        return (where or self.terminal).run(about(block, run), answers)


def about(commands: str, run: str) -> str:
    """Documented commands as they are typed of a run."""
    return re.sub(r"\bRUN\b", run, commands)


def changes(printed: str) -> dict[str, str]:
    """What `sam deploy` says it will do, by logical name."""
    return {name: action for action, name in _CHANGE.findall(printed)}
