"""README tells of every command and every parameter that a newcomer meets."""

from __future__ import annotations

import re
from typing import Any

import pytest
from typer.main import get_command

from bakeoff_cli.main import app
from tests.template import PROJECT, TEMPLATE

README = (PROJECT / "README.md").read_text("utf-8")
DOCS = "".join(path.read_text("utf-8") for path in (PROJECT / "docs").glob("*.md"))


def commands(command: Any, words: tuple[str, ...] = ("bakeoff",)) -> list[str]:
    inner = getattr(command, "commands", None)
    if inner is None:
        return [" ".join(words)]
    return [name for word, child in inner.items() for name in commands(child, (*words, word))]


@pytest.mark.parametrize("command", commands(get_command(app)))
def test_every_command_is_told_of(command: str) -> None:
    assert f"`{command}" in README


@pytest.mark.parametrize("target", ["make demo", "make test"])
def test_the_two_commands_that_do_everything_are_told_of(target: str) -> None:
    assert target in README


def test_every_check_of_make_test_is_told_of() -> None:
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    told = (PROJECT / "docs" / "development.md").read_text("utf-8")
    [checks] = re.findall(r"^CHECKS := ([a-z -]+)$", makefile, re.MULTILINE)

    told_of = re.findall(r"^\| `([a-z-]+)` \|", told.partition("The other targets:")[0], re.MULTILINE)
    assert told_of == [*checks.split(), "pytest"]
    assert "$(LONG) $(CHECKS) $(SHORT)" in makefile, "CI reads pytest's closing line: it comes last"


def test_every_test_is_in_one_part_of_make_test() -> None:
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    parts = re.findall(r"^((?:LONG|SHORT) := .+)$", makefile, re.MULTILINE)
    named = [name for part in parts for name in part.split(" := ")[1].split()]
    assert sorted(named) == sorted(re.findall(r"^(pytest-[a-z]+):", makefile, re.MULTILINE))


def test_every_other_target_is_explained() -> None:
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    told = (PROJECT / "docs" / "development.md").read_text("utf-8")

    shown = re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE)
    rows = re.findall(r"^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \|", told, re.MULTILINE)
    explained = {name for row in rows for name in re.findall(r"[a-z-]+", row)}
    assert set(shown) - {"help", "test", "checks"} <= explained


def test_the_quotas_of_the_default_parameters_are_told_before_the_first_run() -> None:
    default = {name: each["Default"] for name, each in TEMPLATE["Parameters"].items()}
    runs = int(default["MaxConcurrentRuns"])
    candidates = min(int(default["MaxConcurrency"]), len(default["Algorithms"].split(","))) * runs
    deploying = " ".join(README.split("## Deploying to AWS")[1].split("aws s3 cp")[0].split())

    assert "operations.md#quotas-to-ask-for" in deploying
    for number, kind, jobs in (
        (runs * int(default["InstanceCount"]), default["ProcessingInstanceType"], "processing jobs"),
        (candidates, default["TrainingInstanceType"], "training jobs"),
        (candidates, default["EndpointInstanceType"], "endpoints"),
    ):
        assert f"{number} `{kind}` for {jobs}" in deploying


def test_every_output_of_the_stack_that_a_person_needs_is_told_of() -> None:
    missing = {name for name in TEMPLATE["Outputs"] if name not in README + DOCS}

    assert missing <= {"BucketName", "StateMachineArn"}
