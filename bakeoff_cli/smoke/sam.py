"""The SAM CLI as a person would run it, against whatever AWS the profile, region and endpoint stand for."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bakeoff_cli.errors import BadInput, CliError
from bakeoff_cli.text import one_line

_TAIL = 12
_CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND")


class SamFailed(CliError):
    """`printed` is what the SAM CLI said."""

    def __init__(self, sentence: str, printed: str) -> None:
        super().__init__(sentence)
        self.printed = printed


@dataclass(frozen=True)
class Sam:
    """`project` is the folder with template.yaml; `stack` is the only one that any command here names."""

    project: Path
    stack: str
    region: str
    profile: str | None = None

    def version(self) -> str:
        return self._run("--version").strip()

    def build(self) -> str:
        return self._run("build")

    def deploy(self, parameters: Mapping[str, str]) -> str:
        overrides = [f"{name}={value}" for name, value in parameters.items()]
        settings = ("--resolve-s3", "--s3-prefix", self.stack, "--capabilities", *_CAPABILITIES)
        quietly = ("--no-confirm-changeset", "--no-fail-on-empty-changeset")
        return self._run("deploy", *self._which(), *settings, *quietly, "--parameter-overrides", *overrides)

    def delete(self) -> str:
        """Delete the stack and what was uploaded to deploy it."""
        return self._run("delete", *self._which(), "--no-prompts")

    def _which(self) -> tuple[str, ...]:
        profile = ("--profile", self.profile) if self.profile else ()
        return "--stack-name", self.stack, "--region", self.region, *profile

    def _run(self, *words: str) -> str:
        program = shutil.which("sam")
        if program is None:
            raise BadInput("There is no SAM CLI on the PATH: install it, see docs/first-deployment.md.")
        ended = subprocess.run(
            [program, *words],
            cwd=self.project,
            env={**os.environ, "SAM_CLI_TELEMETRY": "0"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if ended.returncode:
            last = " ".join([line for line in ended.stdout.splitlines() if line.strip()][-_TAIL:])
            sentence = f"`sam {words[0]}` ended with exit code {ended.returncode}: {one_line(last)}"
            raise SamFailed(sentence, ended.stdout)
        return ended.stdout
