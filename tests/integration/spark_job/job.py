"""Runs the job on files: writes inputs, makes the plan as the plan function would, reads what comes out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from preparation.job import prepare
from preparation.plan import SPLITS

SPLIT: dict[str, Any] = {
    "salt": "bakeoff",
    "buckets": 1_000_000,
    "train_below": 700_000,
    "validation_below": 850_000,
}


@dataclass(frozen=True)
class Datasets:
    """What a run left at `root`."""

    root: Path

    def rows(self, form: str, split: str) -> list[str]:
        return self.lines(f"{form}/{split}/")

    def all_rows(self, form: str = "csv") -> list[str]:
        return [row for split in SPLITS for row in self.rows(form, split)]

    def split_of_rows(self, form: str = "csv") -> dict[str, set[str]]:
        """Row -> the splits that hold it."""
        found: dict[str, set[str]] = {}
        for split in SPLITS:
            for row in self.rows(form, split):
                found.setdefault(row, set()).add(split)
        return found

    @property
    def rejected(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.lines("rejected/")]

    @property
    def summary(self) -> dict[str, Any]:
        summary: dict[str, Any] = json.loads((self.root / "summary.json").read_text("utf-8"))
        return summary

    def fold(self, form: str, fold: int) -> list[str]:
        """The rows of a plain table's data fold."""
        return self.lines(f"{form}/fold-{fold}-")

    def lines(self, beginning: str) -> list[str]:
        """Of all parts whose paths begin so. Ended by line feeds alone: str.splitlines knows other ends,
        which are data.
        """
        parts = sorted(self.root.glob(f"{beginning}part-*"))
        return [line for part in parts for line in part.read_text("utf-8").split("\n")[:-1]]

    def tree(self) -> set[str]:
        """Every file, hidden ones too, as "csv/train/part"."""
        files = (path.relative_to(self.root) for path in self.root.rglob("*") if path.is_file())
        return {str(file.with_name(file.name.split("-")[0])) for file in files}


@dataclass(frozen=True)
class Inputs:
    """Writes objects into a folder, and describes them as a plan does."""

    folder: Path

    def libsvm(self, name: str, content: str | bytes) -> dict[str, Any]:
        return self._input(name, content, "libsvm", None, None)

    def csv(
        self, name: str, content: str | bytes, delimiter: str = ",", header: str | None = None
    ) -> dict[str, Any]:
        return self._input(name, content, "csv", delimiter, header)

    def _input(
        self, name: str, content: str | bytes, form: str, delimiter: str | None, header: str | None
    ) -> dict[str, Any]:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return {
            "key": f"Inputs/{name}",
            "uri": file_uri(path),
            "bytes": path.stat().st_size,
            "format": form,
            "compression": "gzip" if name.endswith(".gz") else "none",
            "delimiter": delimiter,
            "header": header,
            "skip": [header] if header else [],
        }


@dataclass(frozen=True)
class Job(Inputs):
    """Runs the job in this process, on `spark`."""

    spark: SparkSession

    def run(self, *inputs: dict[str, Any], to: str = "datasets", **changes: Any) -> Datasets:
        root = self.folder / to
        prepare(self.spark, plan_of(inputs, root) | changes)
        return Datasets(root)


def plan_of(inputs: Sequence[dict[str, Any]], root: Path) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "run_id": "run-1",
        "bucket": "bucket",
        "inputs": list(inputs),
        "feature_dim": 2,
        "split": dict(SPLIT),
        "formats": ["csv", "libsvm"],
        "datasets_uri": file_uri(root),
    }


def file_uri(path: Path) -> str:
    """Not Path.as_uri: an S3 URI of a plan spells its key as it is, and escapes nothing."""
    return f"file://{path}"
