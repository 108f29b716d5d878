"""The Spark job side by side with the sample's way of doing it.

    BAKEOFF_ABALONE=abalone.libsvm python -m benchmarks.spark_job

Repeats the file that BAKEOFF_ABALONE names, or else the bundled sample, up to each wanted number of rows.
Both sides read the same libsvm file and run on local[2], each time in a fresh process, taking turns. They
start alike (benchmarks/spark_launcher.py), each with an archive of its own classes. Ours writes CSV and
libsvm, the sample's CSV for two algorithms. Seconds are of whole processes, with the start of Java and Spark.
Results go to benchmarks/results/spark_job.json and, as a table, to spark_job.md; other sizes stay there.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyspark

from benchmarks.processes import Cost, measure
from benchmarks.spark_launcher import MASTER, Launcher

PROJECT = Path(__file__).parents[1]
RESULTS = PROJECT / "benchmarks" / "results" / "spark_job.json"
FEATURES = 8
SIDES = ("ours", "sample")
TITLES = {"ours": "Bakeoff", "sample": "the sample's way", "polars": "polars"}
THREADS = {"POLARS_MAX_THREADS": "2"}  # as local[2]
WARM_UP_ROWS = 5_000


@dataclass(frozen=True)
class Options:
    rows: Sequence[int]
    repetitions: int
    polars: bool

    @property
    def sides(self) -> list[str]:
        return [side for side in TITLES if side != "polars" or self.polars]


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
        cost = self._run("sample", "benchmarks/sample_spark_job.py", *arguments)
        self._expect(sum(map(_count_lines, output.glob("xgboost/*/part-*"))))
        return cost

    def polars(self) -> Cost:
        output = self._empty_output()
        job = str(PROJECT / "benchmarks" / "polars_job.py")
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


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        launchers = {side: Launcher(folder / side) for side in SIDES}
        _warm_up(folder, launchers)
        about = _about(options, launchers["ours"].java)
        sizes = [about | _compare(_bench(folder, launchers, rows), options) for rows in options.rows]
    results = {"sizes": _with_earlier(sizes)}
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    RESULTS.with_suffix(".md").write_text(as_markdown(results))
    print(as_markdown(results))


def _options(arguments: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=(1_000_000, 10_000_000), help="sizes of data")
    parser.add_argument("--repetitions", type=int, default=3, help="runs of each side, in turns")
    parser.add_argument("--polars", action="store_true", help="what polars takes, too")
    return Options(**vars(parser.parse_args(arguments)))


def _warm_up(folder: Path, launchers: dict[str, Launcher]) -> None:
    """A run of each side that is not measured, after which its classes are packed."""
    bench = _bench(folder, launchers, WARM_UP_ROWS)
    bench.ours()
    bench.sample()
    for launcher in launchers.values():
        launcher.pack_classes()


def _bench(folder: Path, launchers: dict[str, Launcher], rows: int) -> Bench:
    data = folder / f"{rows}.libsvm"
    _repeat(_source(), rows, data)
    return Bench(folder, launchers, data, rows)


def _with_earlier(sizes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With the sizes that an earlier command has measured."""
    found = json.loads(RESULTS.read_text())["sizes"] if RESULTS.exists() else []
    by_rows = {size["rows"]: size for size in [*found, *sizes]}
    return [by_rows[rows] for rows in sorted(by_rows)]


def _compare(bench: Bench, options: Options) -> dict[str, Any]:
    load = round(os.getloadavg()[0], 1)
    costs = in_turns(options.repetitions, {side: getattr(bench, side) for side in options.sides})
    bench.data.unlink()
    ours, sample = costs["ours"], costs["sample"]
    return {
        "rows": bench.rows,
        "load_before": load,
        **{side: describe(bench.rows, found) for side, found in costs.items()},
        "ratio": round(median(sample) / median(ours), 1),
        "ratio_of_processor_seconds": round(median_busy(sample) / median_busy(ours), 1),
    }


def _source() -> Path:
    return Path(os.environ.get("BAKEOFF_ABALONE", PROJECT / "bakeoff_cli" / "data" / "sample.libsvm"))


def _repeat(source: Path, rows: int, target: Path) -> None:
    lines = [line + "\n" for line in source.read_text().splitlines()]
    whole, rest = divmod(rows, len(lines))
    with target.open("w") as file:
        for _ in range(whole):
            file.writelines(lines)
        file.writelines(lines[:rest])


def in_turns(repetitions: int, sides: Mapping[str, Callable[[], Cost]]) -> dict[str, list[Cost]]:
    """So that a machine that slows down or speeds up does so for all."""
    rounds = [{name: side() for name, side in sides.items()} for _ in range(repetitions)]
    return {name: [costs[name] for costs in rounds] for name in sides}


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)


def median(costs: Sequence[Cost]) -> float:
    return statistics.median(cost.seconds for cost in costs)


def median_busy(costs: Sequence[Cost]) -> float:
    return statistics.median(cost.processor_seconds for cost in costs)


def describe(rows: int, costs: Sequence[Cost]) -> dict[str, Any]:
    return {
        "seconds": [round(cost.seconds, 1) for cost in costs],
        "median_seconds": round(median(costs), 1),
        "processor_seconds": [round(cost.processor_seconds, 1) for cost in costs],
        "median_processor_seconds": round(median_busy(costs), 1),
        "rows_per_second": round(rows / median(costs)),
        "peak_mib": round(max(cost.peak_bytes for cost in costs) / 2**20),
    }


def _about(options: Options, home: Path) -> dict[str, Any]:
    command = f"python -m benchmarks.spark_job --rows {' '.join(map(str, options.rows))}"
    command += " --polars" * options.polars
    return {
        "command": f"BAKEOFF_ABALONE=abalone.libsvm {command} --repetitions {options.repetitions}",
        "data": "abalone" if "BAKEOFF_ABALONE" in os.environ else "bundled sample",
        **machine(home),
    }


def machine(home: Path) -> dict[str, Any]:
    """When and on what it was measured; `home` is Java's."""
    version = subprocess.run(
        [home / "bin" / "java", "-version"], capture_output=True, text=True, check=True
    ).stderr
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "master": MASTER,
        "cores": os.cpu_count(),
        "machine": platform.platform(),
        "python": platform.python_version(),
        "pyspark": pyspark.__version__,
        "java": version.splitlines()[0],
    }


def as_markdown(results: dict[str, Any]) -> str:
    sizes = results["sizes"]
    lines = [
        "| | rows | seconds (median) | processor seconds | rows a second | peak memory, MiB |",
        "|---|---:|---:|---:|---:|---:|",
        *(
            _table_row(title, size["rows"], size[side])
            for size in sizes
            for side, title in TITLES.items()
            if side in size
        ),
        "",
        *(_ratio_sentence(size) for size in sizes),
    ]
    return "\n".join(lines) + "\n"


def _ratio_sentence(size: dict[str, Any]) -> str:
    return (
        f"At {size['rows']:,} rows Bakeoff is {size['ratio']} times as fast "
        f"({size['ratio_of_processor_seconds']} times by processor time): measured on {size['date']}, "
        f"at a load of {size['load_before']}, by `{size['command']}`, {size['cores']} cores, "
        f"{size['master']}, pyspark {size['pyspark']}, {size['java']}.\n"
    )


def _table_row(title: str, rows: int, side: dict[str, Any]) -> str:
    seconds = (side["median_seconds"], side["median_processor_seconds"])
    numbers = (rows, *seconds, side["rows_per_second"], side["peak_mib"])
    return " | ".join([f"| {title}", *(f"{number:,}" for number in numbers)]) + " |"


if __name__ == "__main__":
    main()
