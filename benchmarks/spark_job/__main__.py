"""The Spark job side by side with the sample's way of doing it.

    BAKEOFF_ABALONE=abalone.libsvm python -m benchmarks.spark_job

Repeats the file that BAKEOFF_ABALONE names, or else the bundled sample, up to each wanted number of rows.
Both sides read the same libsvm file and run on local[2], each time in a fresh process, taking turns. They
start alike (benchmarks/spark_job/launcher.py), each with an archive of its own classes. Ours writes CSV and
libsvm, the sample's CSV for two algorithms. Seconds are of whole processes, with the start of Java and Spark.
Results go to benchmarks/results/spark_job.json and, as a table, to spark_job.md; other sizes stay there.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.spark_job.bench import PROJECT, Bench
from benchmarks.spark_job.launcher import Launcher
from benchmarks.spark_job.measuring import describe, in_turns, machine, median, median_busy
from benchmarks.spark_job.page import TITLES, as_markdown

RESULTS = PROJECT / "benchmarks" / "results" / "spark_job.json"
SIDES = ("ours", "sample")
WARM_UP_ROWS = 5_000


@dataclass(frozen=True)
class Options:
    rows: Sequence[int]
    repetitions: int
    polars: bool

    @property
    def sides(self) -> list[str]:
        return [side for side in TITLES if side != "polars" or self.polars]


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


def _about(options: Options, home: Path) -> dict[str, Any]:
    command = f"python -m benchmarks.spark_job --rows {' '.join(map(str, options.rows))}"
    command += " --polars" * options.polars
    return {
        "command": f"BAKEOFF_ABALONE=abalone.libsvm {command} --repetitions {options.repetitions}",
        "data": "abalone" if "BAKEOFF_ABALONE" in os.environ else "bundled sample",
        **machine(home),
    }


if __name__ == "__main__":
    main()
