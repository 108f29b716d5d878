"""From a bare clone to the first verdict: how long installing takes, and the first comparison after it.

python -m benchmarks.install [--before 8bb9e21] [--after HEAD] [--repetitions 2]

Each repetition clones both commits anew and takes turns, so that a busy machine is busy for both. Nothing
is kept from one to the next: pip's, uv's and Spark's caches are new each time. Both install the same
packages; the present commit then builds the functions and layers, which the other one did not run from what
was built. CPU seconds are those of the installing with all its processes; the load is the average of the
minute before. Results go to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import psutil

PROJECT = Path(__file__).resolve().parent.parent
RESULTS = PROJECT / "benchmarks" / "results" / "install.json"
COMMAND = "python -m benchmarks.install"
# The first line that `make demo` prints once a run has its verdict.
VERDICT = "The run has succeeded"


def measure(commit: str) -> dict[str, float]:
    """Seconds from the bare clone on until its packages are installed, all is, and there is a verdict."""
    with tempfile.TemporaryDirectory() as folder:
        clone, environment = Path(folder, "clone"), bare(Path(folder, "cache"))
        subprocess.run(["git", "clone", "--quiet", str(PROJECT), str(clone)], check=True)
        subprocess.run(["git", "checkout", "--quiet", commit], cwd=clone, check=True)
        load, cpu, started = os.getloadavg()[0], cpu_of_children(), time.perf_counter()
        make(clone, environment, ".venv/.ready")
        packages = time.perf_counter()
        if "LAMBDA_READY" in (clone / "Makefile").read_text("utf-8"):
            make(clone, environment, ".venv/lambda/.ready")
        installed, cpu = time.perf_counter(), cpu_of_children() - cpu
        verdict = first_verdict(clone, environment)
    return {
        "load": load,
        "packages_seconds": packages - started,
        "install_seconds": installed - started,
        "install_cpu_seconds": cpu,
        "verdict_seconds": verdict - started,
    }


def make(clone: Path, environment: dict[str, str], target: str) -> None:
    subprocess.run(["make", target], cwd=clone, env=environment, check=True, capture_output=True)


def bare(cache: Path) -> dict[str, str]:
    """The environment of a person who never installed anything."""
    mine = {"PYTHONPATH", "VIRTUAL_ENV", "UV_CACHE_DIR"}
    kept = {name: value for name, value in os.environ.items() if name not in mine}
    return kept | {"XDG_CACHE_HOME": str(cache), "PIP_NO_CACHE_DIR": "1"}


def first_verdict(clone: Path, environment: dict[str, str]) -> float:
    """The moment at which `make demo` had its first; it goes on to its end."""
    moments = []
    with subprocess.Popen(
        ["make", "demo"],
        cwd=clone,
        env=environment,
        stdout=subprocess.PIPE,
        # Progress is told there.
        stderr=subprocess.STDOUT,
        text=True,
    ) as demo:
        assert demo.stdout is not None
        for line in demo.stdout:
            if VERDICT in line:
                moments.append(time.perf_counter())
    if demo.returncode or not moments:
        raise RuntimeError(f"make demo ended with {demo.returncode} and {len(moments)} verdicts")
    return moments[0]


def cpu_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def medians(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(run[name] for run in runs), 1) for name in runs[0]}


def commit_of(name: str) -> str:
    command = ["git", "rev-parse", "--short", name]
    return subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True).stdout.strip()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--before", default="8bb9e21", help="a commit that installs with pip")
    parser.add_argument("--after", default="HEAD", help="a commit that installs with uv")
    parser.add_argument("--repetitions", type=int, default=2)
    given = parser.parse_args()
    commits = {"before": commit_of(given.before), "after": commit_of(given.after)}
    runs: dict[str, list[dict[str, float]]] = {way: [] for way in commits}
    for _ in range(given.repetitions):
        for way, commit in commits.items():
            runs[way].append(measure(commit))
            print(way, medians(runs[way][-1:]), flush=True)
        save(commits, runs)


def save(commits: dict[str, str], runs: dict[str, list[dict[str, float]]]) -> None:
    machine = {"cores": psutil.cpu_count(), "python": platform.python_version()}
    median = {way: medians(of_way) for way, of_way in runs.items()}
    report = {"command": COMMAND, "commits": commits, **machine, "median": median, "runs": runs}
    RESULTS.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
