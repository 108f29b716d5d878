"""A comparison of every entry of the catalogue on the embedded AWS: how long it takes, and how much memory.

BAKEOFF_ABALONE=abalone.libsvm python -m benchmarks.all_entries [--algorithms a,b] [--repetitions 1]

As benchmarks.local_run, with all entries instead of two. CatBoost must be installed (python -m pip install
catboost), or --algorithms leave it out. Every candidate must complete. Seconds are those from the upload to
the end of the run's execution; those of a state are summed over the candidates, two of which go on at a time.
Results go to benchmarks/results/, with the machine's load before each run: on a busy one they tell little.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import psutil

from bakeoff.adapters.resources import read_catalogue
from benchmarks.local_run import PROJECT, intervals, run_once

RESULTS = PROJECT / "benchmarks" / "results" / "all_entries.json"
COMMAND = "BAKEOFF_ABALONE=abalone.libsvm python -m benchmarks.all_entries"
LONGEST_SECONDS, MOST_GIB = 120, 4


def seconds_of_states(history: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """By the name of each state that took a second in all, the longest first."""
    totals: defaultdict[str, float] = defaultdict(float)
    for name, start, end in intervals(history):
        totals[name] += end - start
    longest = sorted(totals.items(), key=lambda item: item[1], reverse=True)
    return {name: round(seconds, 2) for name, seconds in longest if seconds >= 1}


def measured(data: bytes, algorithms: str) -> dict[str, Any]:
    load = os.getloadavg()[0]
    history: list[dict[str, Any]] = []
    taken = run_once(data, {"Algorithms": algorithms}, history)
    return {**taken, "load_before": load, "states": seconds_of_states(history)}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--algorithms", default=",".join(read_catalogue().entries))
    parser.add_argument("--repetitions", type=int, default=1)
    given = parser.parse_args()
    path = Path(os.environ["BAKEOFF_ABALONE"])
    runs = [measured(path.read_bytes(), given.algorithms) for _ in range(given.repetitions)]
    document = {
        "command": COMMAND,
        "algorithms": given.algorithms,
        "bars": {"run_seconds": LONGEST_SECONDS, "peak_gib": MOST_GIB},
        "data": path.name,
        "cores": psutil.cpu_count(),
        "python": platform.python_version(),
        "median": {
            "run_seconds": round(statistics.median(run["run_seconds"] for run in runs), 1),
            "peak_gib": round(statistics.median(run["peak_bytes"] for run in runs) / 1024**3, 2),
        },
        "runs": runs,
    }
    RESULTS.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    print(
        json.dumps(
            {"median": document["median"], "bars": document["bars"], "states": runs[0]["states"]}, indent=1
        )
    )


if __name__ == "__main__":
    main()
