"""`make demo` and `make smoke` hand a person's words to the command as they were typed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.template import PROJECT

INSTALLED_BY = ("requirements-build.lock", "requirements.lock", "requirements-sdk.lock", "pyproject.toml")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder in which all is installed, and `bakeoff` prints its arguments."""
    for name in ("Makefile", *INSTALLED_BY):
        shutil.copy2(PROJECT / name, tmp_path)
    shutil.copytree(PROJECT / "layers", tmp_path / "layers")
    command = tmp_path / ".venv" / "bin" / "bakeoff"
    command.parent.mkdir(parents=True)
    command.write_text(f"#!{sys.executable}\nimport json, sys\nprint(json.dumps(sys.argv[1:]))\n")
    command.chmod(0o755)
    (tmp_path / ".venv" / "lambda").mkdir()
    for ready in (".ready", "lambda/.ready"):
        (tmp_path / ".venv" / ready).touch()
    return tmp_path


def arguments(checkout: Path, *variables: str, target: str = "demo") -> list[str]:
    made = subprocess.run(
        ["make", "--silent", target, *variables], cwd=checkout, capture_output=True, text=True, check=True
    )
    words: list[str] = json.loads(made.stdout)
    return words


@pytest.mark.parametrize(
    "name",
    [
        "it's.csv",
        "my data.csv",
        'a"b.csv',
        "a$b.csv",
        "a$$b.csv",
        "$HOME.csv",
        "$(shell touch made-by-make)x.csv",
        "$(touch made-by-the-shell).csv",
        "`touch made-by-the-shell`.csv",
        "x; touch made-by-the-shell",
        "a\\b#c&d|e*.csv",
        "https://example.org/a.csv?x=1&y=2",
    ],
)
def test_a_name_reaches_the_command_as_it_was_typed(checkout: Path, name: str) -> None:
    before = sorted(checkout.iterdir())

    assert arguments(checkout, f"DATA={name}") == ["demo", f"--data={name}"]
    assert sorted(checkout.iterdir()) == before


def test_every_variable_is_an_option_of_the_demo(checkout: Path) -> None:
    given = {"DATA": "my.csv", "OUTPUT": "out put", "ALGORITHMS": "xgboost,knn", "TARGET": "it's"}
    given |= {"TASK": "classification", "POSITIVE": "a b", "METRIC": "roc_auc", "FOLDS": "10"}

    words = arguments(checkout, *(f"{name}={value}" for name, value in given.items()))

    assert words == ["demo", *(f"--{name.lower()}={value}" for name, value in given.items())]
    assert arguments(checkout) == ["demo"]


def test_a_network_is_an_option_of_the_rehearsal(checkout: Path) -> None:
    given = ("SUBNET_IDS=subnet-1, subnet-2", "SECURITY_GROUP_IDS=sg-1")

    words = arguments(checkout, *given, target="smoke")

    assert words == ["smoke", "--subnet-ids=subnet-1, subnet-2", "--security-group-ids=sg-1"]
    assert arguments(checkout, target="smoke") == ["smoke"]
