"""What a person types to reach this command."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

NAME = "bakeoff"


def program() -> str:
    """`bakeoff`, with its path if that was needed to start it, as after `make demo`."""
    started = sys.argv[0]
    by_path = Path(started).name == NAME and shutil.which(NAME) is None
    return shlex.quote(started) if by_path else NAME


def command(*words: str) -> str:
    """The command with these words, to be copied as it is."""
    return f"{program()} {shlex.join(words)}"


def as_typed(text: str) -> str:
    """`text`, in which a command after a backquote, as in `bakeoff watch`, works as it is typed."""
    return text.replace(f"`{NAME} ", f"`{program()} ")
