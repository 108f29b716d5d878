"""The Python that functions run on: an environment with what Lambda's runtime provides, and nothing else.

`make` installs it beside the project's own, of Lambda's Python where this machine has that.
"""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from local_aws.core.errors import NoLambdaRuntime

FOLDER = Path(sys.prefix) / "lambda"
# A template's Runtime that the Makefile installs where it can.
RUNTIME = "python3.13"
# Where Lambda runs; a layer's compiled packages are of no use on another machine.
_PLATFORM = ("Linux", "x86_64")


@dataclass(frozen=True)
class Interpreter:
    """`name` is as in a template's Runtime: python3.13; `packages` are those of Lambda's runtime."""

    executable: Path
    name: str
    packages: Path

    def loads(self, runtime: str) -> bool:
        """Whether compiled packages of a layer for that runtime can be loaded here."""
        return self.name == runtime and (platform.system(), platform.machine()) == _PLATFORM


@cache
def installed(folder: Path = FOLDER) -> Interpreter:
    """The environment in `folder`. Raises NoLambdaRuntime when there is none."""
    executable = folder / "bin" / "python"
    packages = next(folder.glob("lib/python*/site-packages"), None)
    if packages is None or not (packages / "awslambdaric").is_dir() or not executable.exists():
        raise NoLambdaRuntime(
            f"What Lambda's runtime provides is not installed in {folder}: run `make lambda` once."
        )
    return Interpreter(executable, packages.parent.name, packages)


def difference(runtime: str) -> str | None:
    """One sentence about what runs in another way than in Lambda, if anything does."""
    here = installed()
    if here.loads(runtime):
        return None
    return (
        f"Functions run on {here.name} here, not on Lambda's {runtime}: compiled packages are the project's "
        f"own, others those of their layers (on Linux and x86_64, install {runtime} and run `make lambda`)."
    )
