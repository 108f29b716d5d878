"""The Spark job on a mixed table, side by side with an all-numeric one of as many bytes.

    python -m benchmarks.spark_mixed --rows 1000000

Ten numbers and five categories (3, 5, 8, 12 and 20 levels) with 2% of the cells empty, prepared in the views
csv and dense, against fifteen numbers without gaps in csv. Both run on local[2], each time in a fresh
process, in turns. `--columns` measures how wide a table may be instead: categories alone, 200 rows.
`--folds` measures each table in ten data folds against itself in one split: a plain one's rows are then
written once, too, and a mixed one's eleven times, once for each unit.
Results go to benchmarks/results/spark_mixed.json; other sizes stay there.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.processes import Cost, measure
from benchmarks.spark_job.bench import PROJECT
from benchmarks.spark_job.launcher import Launcher
from benchmarks.spark_job.measuring import describe, in_turns, machine, median, median_busy

RESULTS = PROJECT / "benchmarks" / "results" / "spark_mixed.json"
LEVELS = (3, 5, 8, 12, 20)
NUMBERS, GAPS, BLOCK = 10, 0.02, 100_000
FOLDS = 10
MISSING = ["", "-", "?", "n/a", "na", "nan", "none", "null"]
SPLIT = {"salt": "bakeoff", "buckets": 1_000_000, "train_below": 700_000, "validation_below": 850_000}


@dataclass(frozen=True)
class Side:
    """A table of `rows` rows in a file, and what a plan says of it; the label comes first."""

    file: Path
    kinds: Sequence[str]
    rows: int
    formats: Sequence[str]
    is_mixed: bool
    folds: int = 0

    def plan(self, output: Path) -> dict[str, Any]:
        width = len(self.kinds)
        item = {"key": "Inputs/table.csv", "uri": f"file://{self.file}", "bytes": self.file.stat().st_size}
        item |= {"format": "csv", "compression": "none", "delimiter": ",", "header": None, "skip": []}
        item |= {"columns": list(range(width)), "width": width, "decimal": "."}
        plan: dict[str, Any] = {"run_id": "benchmark", "bucket": "bucket", "inputs": [item]}
        plan["split"] = SPLIT | ({"folds": self.folds} if self.folds else {})
        plan |= {"feature_dim": width - 1, "formats": self.formats, "datasets_uri": f"file://{output}"}
        if self.is_mixed:
            roles = ["label", *["feature"] * (width - 1)]
            columns = [
                {"name": f"c{place}", "role": role, "kind": kind}
                for place, (role, kind) in enumerate(zip(roles, self.kinds, strict=True))
            ]
            plan["table"] = {"columns": columns, "missing": MISSING, "max_levels": 50}
        return plan


@dataclass(frozen=True)
class Bench:
    folder: Path
    launcher: Launcher

    def run(self, side: Side) -> Cost:
        """Raises RuntimeError unless every row comes out, or the job says why none can."""
        output, plan, message = (self.folder / name for name in ("output", "plan.json", "message"))
        shutil.rmtree(output, ignore_errors=True)
        message.unlink(missing_ok=True)
        plan.write_text(json.dumps(side.plan(output)))
        command = self.launcher.command(PROJECT / "spark" / "prepare_datasets.py", "--plan", str(plan))
        variables = self.launcher.environment() | {"SM_OUTPUT_MESSAGE": str(message)}
        cost = measure(command, variables, self.folder / "log.txt")
        if not message.exists():
            rows = sum(json.loads((output / "summary.json").read_text())["rows"].values())
            if rows != side.rows:
                raise RuntimeError(f"{rows} rows came out of {side.rows}, see {self.folder}/log.txt")
        return cost

    def said(self) -> str | None:
        message = self.folder / "message"
        return message.read_text() if message.exists() else None


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="*", default=[], help="sizes of data")
    parser.add_argument("--columns", type=int, nargs="*", default=[], help="widths of tables of categories")
    parser.add_argument("--folds", type=int, nargs="*", default=[], help="sizes of data in ten folds")
    parser.add_argument("--repetitions", type=int, default=3, help="runs of each side, in turns")
    options = parser.parse_args(arguments)
    results: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), Launcher(Path(name) / "launcher"))
        about = machine(bench.launcher.java)
        for rows in options.rows:
            found = about | _compare(bench, rows, options.repetitions)
            results = _recorded(results, "rows", str(rows), found)
        for rows in options.folds:
            found = about | _in_folds(bench, rows, options.repetitions)
            results = _recorded(results, "folds", str(rows), found)
        for columns in options.columns:
            results = _recorded(results, "columns", str(columns), about | _wide(bench, columns))
    print(json.dumps(results, indent=2))


def _recorded(results: Mapping[str, Any], part: str, size: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """At once, so that a size that fails takes none with it."""
    results = dict(results) | {part: dict(results.get(part, {})) | {size: found}}
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    return results


def _compare(bench: Bench, rows: int, repetitions: int) -> dict[str, Any]:
    sides = _sides(bench, rows)
    load = round(os.getloadavg()[0], 1)
    costs = in_turns(repetitions, {name: partial(bench.run, side) for name, side in sides.items()})
    return {
        "command": f"python -m benchmarks.spark_mixed --rows {rows} --repetitions {repetitions}",
        "load_before": load,
        "bytes": {name: side.file.stat().st_size for name, side in sides.items()},
        **{name: describe(rows, found) for name, found in costs.items()},
        "ratio": round(median(costs["mixed"]) / median(costs["numeric"]), 2),
        "ratio_of_processor_seconds": round(median_busy(costs["mixed"]) / median_busy(costs["numeric"]), 2),
    }


def _in_folds(bench: Bench, rows: int, repetitions: int) -> dict[str, Any]:
    sides = _sides(bench, rows)
    sides |= {f"{name} in folds": replace(side, folds=FOLDS) for name, side in sides.items()}
    load = round(os.getloadavg()[0], 1)
    costs = in_turns(repetitions, {name: partial(bench.run, side) for name, side in sides.items()})
    found: dict[str, Any] = {
        "command": f"python -m benchmarks.spark_mixed --folds {rows} --repetitions {repetitions}",
        "load_before": load,
        **{name: describe(rows, cost) for name, cost in costs.items()},
    }
    busy = {name: median_busy(cost) for name, cost in costs.items()}
    found["ratio_of_processor_seconds"] = {
        name: round(busy[f"{name} in folds"] / busy[name], 2) for name in ("numeric", "mixed")
    }
    return found


def _sides(bench: Bench, rows: int) -> dict[str, Side]:
    kinds = ["number"] * (1 + NUMBERS) + ["category"] * len(LEVELS)
    sides = {
        "numeric": Side(bench.folder / "numeric.csv", ["number"] * 16, rows, ["csv"], False),
        "mixed": Side(bench.folder / "mixed.csv", kinds, rows, ["csv", "dense"], True),
    }
    _write(sides["numeric"].file, sides["mixed"].file, rows)
    return sides


def _wide(bench: Bench, columns: int) -> dict[str, Any]:
    side = Side(bench.folder / "wide.csv", ["number", *["category"] * columns], 200, ["csv", "dense"], True)
    random = np.random.default_rng(columns)
    levels = np.char.add("l", random.integers(0, 2, (200, columns)).astype(str))
    lines = (f"{number}," + ",".join(row) + "\n" for number, row in enumerate(levels))
    side.file.write_text("".join(lines))
    cost = bench.run(side)
    return {
        "command": f"python -m benchmarks.spark_mixed --columns {columns}",
        **describe(side.rows, [cost]),
        "said": bench.said(),
    }


def _write(numeric: Path, mixed: Path, rows: int) -> None:
    random = np.random.default_rng(rows)
    with numeric.open("w") as plain, mixed.open("w") as other:
        for start in range(0, rows, BLOCK):
            count = min(BLOCK, rows - start)
            numbers = np.char.mod("%.3f", 100 * random.random((count, 1 + NUMBERS)))
            # As wide as the texts beside them.
            more = np.char.mod("%.4f", 10 * random.random((count, len(LEVELS))))
            plain.writelines(_lines(np.hstack([numbers, more])))
            texts = [np.char.mod("kind%02d", random.integers(0, level, count)) for level in LEVELS]
            cells = np.hstack([numbers, np.stack(texts, axis=1)])
            gaps = random.random(cells.shape) < GAPS
            gaps[:, 0] = False
            other.writelines(_lines(np.where(gaps, "", cells)))


def _lines(cells: NDArray[np.str_]) -> list[str]:
    return [",".join(row) + "\n" for row in cells.tolist()]


if __name__ == "__main__":
    main()
