"""What a fork server has done before it forks; light, because forked processes import it, too."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Preload:
    """`python *options`, started with `variables`, has run `file` under a name that is not `__main__`.

    Processes with equal ones share a server: so `variables` hold whatever the interpreter or an import reads.
    """

    python: Path
    options: tuple[str, ...]
    file: Path
    variables: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, python: Path, file: Path, variables: Mapping[str, str], *options: str) -> Self:
        return cls(python, options, file, tuple(sorted(variables.items())))


def is_safe() -> bool:
    """Only Linux: macOS's libraries break in a forked process, and Windows has no fork."""
    return sys.platform == "linux"
