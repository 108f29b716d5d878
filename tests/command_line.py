"""`bakeoff` in the process of a test."""

from __future__ import annotations

from functools import cache
from typing import Any

import typer
from typer.testing import CliRunner, Result

from bakeoff_cli.main import app

# To make the commands out of their functions' signatures takes longer than most of them take to run.
setattr(typer.testing, "_get_command", cache(typer.main.get_command))  # noqa: B010


def run_bakeoff(*arguments: Any, typed: str | None = None) -> Result:
    """How `bakeoff ARGUMENTS` ends, and what it says; `typed` are answers to its questions."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=typed)
