from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bakeoff_cli.program import program


@pytest.mark.parametrize(
    ("started", "typed"),
    [
        (".venv/bin/bakeoff", ".venv/bin/bakeoff"),
        ("my tools/bakeoff", "'my tools/bakeoff'"),
        ("bakeoff_cli/main.py", "bakeoff"),
        ("-c", "bakeoff"),
    ],
)
def test_the_command_is_named_as_it_was_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, started: str, typed: str
) -> None:
    monkeypatch.setattr(sys, "argv", [started])
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program() == typed


def test_a_command_on_the_path_needs_no_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bakeoff").touch(mode=0o755)
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "bakeoff")])
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program() == "bakeoff"
