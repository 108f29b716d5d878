"""The script as a launcher runs it: a process, a plan, an exit code and an exit message."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from spark import prepare_datasets
from tests.integration.spark_job.job import Datasets, Inputs, plan_of


def submit(folder: Path, plan: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    (folder / "plan.json").write_text(json.dumps(plan))
    command = [sys.executable, str(prepare_datasets.__file__), "--plan", str(folder / "plan.json")]
    environment = os.environ | {"SM_OUTPUT_MESSAGE": str(folder / "output" / "message")}
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)


def test_the_script_needs_nothing_but_its_plan(launcher: None, abalone: Path, tmp_path: Path) -> None:
    files = Inputs(tmp_path)
    plan = plan_of([files.libsvm("abalone.libsvm", abalone.read_text())], tmp_path / "datasets")

    finished = submit(tmp_path, plan | {"feature_dim": 8})

    datasets = Datasets(tmp_path / "datasets")
    assert finished.returncode == 0, finished.stderr
    assert not (tmp_path / "output" / "message").exists()
    assert sum(datasets.summary["rows"].values()) == len(abalone.read_text().splitlines())
    assert not list(datasets.root.rglob("[._]*"))


def test_a_damaged_gzip_object_ends_with_its_name_and_the_cure(launcher: None, tmp_path: Path) -> None:
    files = Inputs(tmp_path)
    damaged = files.csv("damaged.csv.gz", b"\x1f\x8b\x08" + bytes(7) + b"not deflated at all")

    finished = submit(tmp_path, plan_of([damaged], tmp_path / "datasets"))

    message = (tmp_path / "output" / "message").read_text()
    assert finished.returncode == 0, finished.stderr
    assert message.startswith(f"{damaged['uri']} cannot be read (IOException: ")
    assert message.endswith("): upload it anew if it is damaged, or start a new run.")
    assert "\n" not in message
    assert "Traceback" in finished.stderr
    assert not (tmp_path / "datasets" / "summary.json").exists()


def test_more_than_fits_into_memory_ends_with_the_cure(
    launcher: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", f"--driver-memory 512m {os.environ['PYSPARK_SUBMIT_ARGS']}")
    huge = Inputs(tmp_path).csv("huge.csv.gz", gzip.compress(b"1,2,3\n" + b"1," * (200 << 19), 1))

    finished = submit(tmp_path, plan_of([huge], tmp_path / "datasets"))

    assert finished.returncode == 0, finished.stderr
    assert (tmp_path / "output" / "message").read_text() == (
        "The data do not fit into Spark's memory, as a line of hundreds of megabytes does not: "
        "mend such a line, or take a larger ProcessingInstanceType."
    )


@pytest.mark.parametrize("text", ["", "{}"])
def test_an_unusable_plan_is_told_before_spark_starts(tmp_path: Path, text: str) -> None:
    environment = os.environ | {"SM_OUTPUT_MESSAGE": str(tmp_path / "message"), "JAVA_HOME": "/nowhere"}
    (tmp_path / "plan.json").write_text(text)
    command = [sys.executable, str(prepare_datasets.__file__), "--plan", str(tmp_path / "plan.json")]

    finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert finished.returncode == 0, finished.stderr
    assert "cannot be used" in (tmp_path / "message").read_text()


def test_what_nobody_foresaw_fails_with_a_traceback_and_without_a_sentence(tmp_path: Path) -> None:
    environment = os.environ | {"SM_OUTPUT_MESSAGE": str(tmp_path / "message")}
    (tmp_path / "plan.json").write_text('{"inputs": [{"key": "Inputs/a.csv"}]}')
    command = [sys.executable, str(prepare_datasets.__file__), "--plan", str(tmp_path / "plan.json")]

    finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert finished.returncode == 1
    assert "KeyError: 'bytes'" in finished.stderr
    assert not (tmp_path / "message").exists()
