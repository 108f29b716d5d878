"""Data sets of several sizes, each from upload to report on an embedded AWS of its own: seconds and memory.

    BAKEOFF_ABALONE=abalone.libsvm python -m benchmarks.large_data [case ...]

Each case runs in a process of its own, on data that are made for it. Without names, all but the `huge` one
run; results of the others are kept. Results go to benchmarks/results/large_data.json and into docs/scale.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.data_sets import sparse_table, table
from benchmarks.large_data_table import write_into
from benchmarks.local_run import comparison_of, finished_history
from benchmarks.memory import PeakMemory
from local_aws.embedded import EmbeddedAws
from local_aws.services.sagemaker.containers import repository_of

PROJECT = Path(__file__).resolve().parent.parent
RESULTS = PROJECT / "benchmarks" / "results" / "large_data.json"
PAGE = PROJECT / "docs" / "scale.md"
COMMAND = "BAKEOFF_ABALONE=abalone.libsvm python -m benchmarks.large_data"


@dataclass(frozen=True)
class Case:
    """`key` is the object's name, `data` makes its bytes, `parameters` are the stack's."""

    title: str
    key: str
    data: Callable[[], bytes]
    parameters: Mapping[str, str] = field(default_factory=dict)
    by_default: bool = True


def _abalone() -> bytes:
    given = os.environ.get("BAKEOFF_ABALONE")
    return (Path(given) if given else PROJECT / "bakeoff_cli" / "data" / "sample.libsvm").read_bytes()


CASES = {
    "abalone": Case("Abalone, 4,177 rows x 8", "abalone.libsvm", _abalone),
    "medium": Case("400,000 rows x 6, 14 MiB", "medium.csv", lambda: table(400_000)),
    "large": Case(
        "2,000,000 rows x 6, 71 MiB, 20,000 rows scored",
        "large.csv",
        lambda: table(2_000_000),
        {"MaxScoredRows": "20000"},
    ),
    "large-all": Case("2,000,000 rows x 6, 71 MiB, all scored", "large.csv", lambda: table(2_000_000)),
    "wide": Case(
        "sparse: 3,000 rows x 8,000, 25 entries a row", "wide.libsvm", lambda: sparse_table(3_000, 8_000, 25)
    ),
    "huge": Case(
        "18,000,000 rows x 6, 635 MiB, 20,000 rows scored",
        "huge.csv",
        lambda: table(18_000_000),
        {"MaxScoredRows": "20000"},
        by_default=False,
    ),
}


def run_case(case: Case, data: Path) -> dict[str, Any]:
    """Deploy, upload, wait; what each step took and what each kind of process held."""
    memory, load = PeakMemory(), os.getloadavg()[0]
    with memory.watched(), EmbeddedAws(name="bakeoff") as aws:
        outputs = aws.deploy(PROJECT / "template.yaml", "bakeoff", case.parameters)
        started = time.perf_counter()
        s3 = aws.instance.client("s3")
        s3.upload_file(str(data), outputs["BucketName"], f"Inputs/{case.key}")
        uploaded = time.perf_counter()
        history = finished_history(aws.instance.client("stepfunctions"), outputs["StateMachineArn"])
        seconds = {
            "upload": uploaded - started,
            **_steps(history),
            **_trainings(aws.instance.client("sagemaker")),
            "whole run": time.perf_counter() - started,
        }
        comparison = comparison_of(s3, outputs["BucketName"])
    return {
        "title": case.title,
        "bytes": data.stat().st_size,
        "rows": {split: comparison["dataset"][split] for split in ("train", "validation", "test")},
        "scored_rows": comparison["dataset"]["scored"],
        "outcome": comparison["verdict"]["outcome"],
        "load_average": [round(load, 1), round(os.getloadavg()[0], 1)],
        "seconds": {name: round(value, 1) for name, value in seconds.items()},
        "peak_mib": {kind: round(size / 2**20) for kind, size in memory.peaks.most_common()},
    }


def _steps(history: Sequence[dict[str, Any]]) -> dict[str, float]:
    entered, exited = _moments(history, "Entered"), _moments(history, "Exited")

    def longest(first: Sequence[float], last: Sequence[float]) -> float:
        return max(end - start for start, end in zip(first, last, strict=True))

    alone = ("Plan run", "Prepare datasets", "Check datasets", "Judge candidates", "Publish report")
    return {
        **{name: longest(entered[name], exited[name]) for name in alone},
        "deploy endpoint": longest(entered["Create endpoint"], entered["Score candidate"]),
        "Score candidate": longest(entered["Score candidate"], exited["Score candidate"]),
    }


def _moments(history: Sequence[dict[str, Any]], kind: str) -> dict[str, list[float]]:
    moments: dict[str, list[float]] = {}
    for event in history:
        if name := event.get(f"state{kind}EventDetails", {}).get("name"):
            moments.setdefault(name, []).append(event["timestamp"].timestamp())
    return moments


def _trainings(sagemaker: Any) -> dict[str, float]:
    """Seconds of each training job, by the name of its image's repository."""
    names = [item["TrainingJobName"] for item in sagemaker.list_training_jobs()["TrainingJobSummaries"]]
    jobs = [sagemaker.describe_training_job(TrainingJobName=name) for name in names]
    return {
        f"train {repository_of(job['AlgorithmSpecification']['TrainingImage'])}": (
            job["TrainingEndTime"] - job["CreationTime"]
        ).total_seconds()
        for job in jobs
    }


def _in_a_process_of_its_own(name: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        data, result = Path(folder) / "data", Path(folder) / "result.json"
        data.write_bytes(CASES[name].data())
        command = [sys.executable, "-m", "benchmarks.large_data", name, "--data", str(data)]
        subprocess.run([*command, "--result", str(result)], check=True)
        measured: dict[str, Any] = json.loads(result.read_text("utf-8"))
    return measured


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("cases", nargs="*", help=f"of {', '.join(CASES)}")
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--result", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.data:
        measured = run_case(CASES[options.cases[0]], options.data)
        options.result.write_text(json.dumps(measured), "utf-8")
        return
    for name in options.cases or [name for name, case in CASES.items() if case.by_default]:
        _keep(name, _in_a_process_of_its_own(name))


def _keep(name: str, measured: dict[str, Any]) -> None:
    results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {"cases": {}}
    results |= {"command": COMMAND, "cores": os.cpu_count(), "python": platform.python_version()}
    results["cases"][name] = {**measured, "measured_on": datetime.now(UTC).date().isoformat()}
    results["cases"] = {known: results["cases"][known] for known in CASES if known in results["cases"]}
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    write_into(PAGE, results)


if __name__ == "__main__":
    main()
