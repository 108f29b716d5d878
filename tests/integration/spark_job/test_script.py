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
from py4j.protocol import Py4JJavaError

import prepare_datasets
from preparation.failures import explain
from tests.integration.spark_job.job import Inputs, Job, plan_of


def submit(folder: Path, plan: dict[str, Any] | str, **variables: str) -> subprocess.CompletedProcess[str]:
    (folder / "plan.json").write_text(plan if isinstance(plan, str) else json.dumps(plan))
    command = [sys.executable, str(prepare_datasets.__file__), "--plan", str(folder / "plan.json")]
    environment = os.environ | {"SM_OUTPUT_MESSAGE": str(folder / "output" / "message")} | variables
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)


def test_a_damaged_gzip_object_ends_with_its_name_and_the_cure(job: Job) -> None:
    damaged = job.csv("damaged.csv.gz", b"\x1f\x8b\x08" + bytes(7) + b"not deflated at all")

    with pytest.raises(Py4JJavaError) as caught:
        job.run(damaged)

    sentence = explain(caught.value) or ""
    assert sentence.startswith(f"{damaged['uri']} cannot be read (IOException: ")
    assert sentence.endswith("): upload it anew if it is damaged, or start a new run.")
    assert "\n" not in sentence
    assert not (job.folder / "datasets" / "summary.json").exists()


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
    finished = submit(tmp_path, text, JAVA_HOME="/nowhere")

    assert finished.returncode == 0, finished.stderr
    assert "Traceback" in finished.stderr
    assert "cannot be used" in (tmp_path / "output" / "message").read_text()


def test_what_nobody_foresaw_fails_with_a_traceback_and_without_a_sentence(tmp_path: Path) -> None:
    finished = submit(tmp_path, '{"inputs": [{"key": "Inputs/a.csv"}]}', JAVA_HOME="/nowhere")

    assert finished.returncode == 1
    assert "KeyError: 'bytes'" in finished.stderr
    assert not (tmp_path / "output").exists()
