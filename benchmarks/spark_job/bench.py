"""Each side once: a fresh process on the same file, whose rows must all come out."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.processes import Cost, measure
from benchmarks.spark_job.launcher import Launcher

PROJECT = Path(__file__).parents[2]
FEATURES = 8
THREADS = {"POLARS_MAX_THREADS": "2"}  # as local[2]


@dataclass(frozen=True)
class Bench:
    """A folder to work in, what starts each side, and the input of both."""

    folder: Path
    launchers: dict[str, Launcher]
    data: Path
    rows: int

    def ours(self) -> Cost:
        plan = self.folder / "plan.json"
        plan.write_text(json.dumps(self._plan()))
        cost = self._run("ours", "spark/prepare_datasets.py", "--plan", str(plan))
        summary = json.loads((self.folder / "output" / "summary.json").read_text())
        self._expect(sum(summary["rows"].values()))
        return cost

    def sample(self) -> Cost:
        output = self.folder / "output"
        arguments = (str(self.data), str(output), str(FEATURES))
        cost = self._run("sample", "benchmarks/spark_job/sample_job.py", *arguments)
        self._expect(sum(map(_count_lines, output.glob("xgboost/*/part-*"))))
        return cost

    def polars(self) -> Cost:
        output = self._empty_output()
        job = str(PROJECT / "benchmarks" / "spark_job" / "polars_job.py")
        command = [sys.executable, job, str(self.data), str(output), str(FEATURES)]
        cost = measure(command, os.environ | THREADS, self.folder / "log.txt")
        self._expect(sum(map(_count_lines, output.glob("csv/*/part-*"))))
        return cost

    def _empty_output(self) -> Path:
        shutil.rmtree(self.folder / "output", ignore_errors=True)
        return self.folder / "output"

    def _run(self, side: str, script: str, *arguments: str) -> Cost:
        self._empty_output()
        launcher = self.launchers[side]
        command = launcher.command(PROJECT / script, *arguments)
        return measure(command, launcher.environment(), self.folder / "log.txt")

    def _expect(self, rows: int) -> None:
        if rows != self.rows:
            raise RuntimeError(f"{rows} rows came out of {self.rows}, see {self.folder}/log.txt")

    def _plan(self) -> dict[str, Any]:
        item = {"key": "Inputs/rows.libsvm", "uri": f"file://{self.data}", "bytes": self.data.stat().st_size}
        spelling = {"format": "libsvm", "compression": "none", "delimiter": None, "header": None}
        return {
            "run_id": "benchmark",
            "bucket": "bucket",
            "inputs": [item | spelling],
            "feature_dim": FEATURES,
            "split": {
                "salt": "bakeoff",
                "buckets": 1_000_000,
                "train_below": 700_000,
                "validation_below": 850_000,
            },
            "formats": ["csv", "libsvm"],
            "datasets_uri": f"file://{self.folder}/output",
        }


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)
