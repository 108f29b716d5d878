"""`bakeoff` as a person starts it, in a process of its own: an embedded AWS is one a process."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

from tests.e2e.stack import Stack, StackRun

_PROGRAM = "from bakeoff_cli.main import main; main()"


def rows_of_the_test(run: StackRun) -> list[dict[str, str]]:
    """The rows of a mixed table's test split as they came, without the label."""
    columns = [each for each in run.json("plan.json")["table"]["columns"] if each["role"] != "ignored"]
    names = [each["name"] for each in columns]
    parts = sorted(run.stack.keys(f"{run.prefix}datasets/table/test/"))
    lines = [json.loads(line) for key in parts for line in run.stack.read(key).splitlines()]
    return [dict(list(zip(names, cells, strict=True))[:0:-1]) for cells in lines]


def predicted(
    run: StackRun, place: str, candidate: str, rows: list[dict[str, str]], folder: Path
) -> list[dict[str, str]]:
    """What a candidate of the run, named or saved at `place`, answers to the rows."""
    source, target = folder / "new.csv", folder / "predicted.csv"
    with source.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    told(run.stack, "predict", source, "--run", place, "--candidate", candidate, "--output", target)
    with target.open(newline="") as file:
        return list(csv.DictReader(file))


def told(stack: Stack, *words: str | Path) -> str:
    """What `bakeoff WORDS` prints about a stack."""
    return subprocess.run(
        [sys.executable, "-c", _PROGRAM, *map(str, words), "--stack-name", stack.name],
        env={**os.environ, **stack.aws.environment()},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
