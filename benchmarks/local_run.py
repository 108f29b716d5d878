"""One comparison on the embedded AWS: how long it takes, what of it is Bakeoff's own, and how much memory
it needs.

BAKEOFF_ABALONE=abalone.libsvm python -m benchmarks.local_run

Runs the comparison several times, each on an embedded AWS of its own, on the file that BAKEOFF_ABALONE
names or else on the bundled sample. A run lasts from the upload to the end of its execution; "own" are the
seconds in which no Spark job, training or scoring was under way. Memory is the proportional set size of all
processes together, sampled twice a second; processor seconds, which a busy machine changes less, are those
of all of them, from start to end of the embedded AWS. Results go to benchmarks/results/.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from bakeoff_cli.process.embedded_aws import PACE
from bakeoff_cli.stack.history import RunHistory
from benchmarks.processes import processor_seconds, tree_size
from local_aws.embedded import EmbeddedAws

REPETITIONS = 3
WORK_STATES = frozenset({"Prepare datasets", "Train model", "Score candidate"})
PROJECT = Path(__file__).resolve().parent.parent
RESULTS = PROJECT / "benchmarks" / "results" / "local_run.json"
COMMAND = "BAKEOFF_ABALONE=abalone.libsvm python -m benchmarks.local_run"
_SAMPLE_SECONDS = 0.5
# The history says when a run ended; to look often would take from the run what it needs.
_POLL_SECONDS = 0.5


@dataclass
class Memory:
    """The highest sum of proportional set sizes seen, in bytes."""

    peak: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def watched(self) -> Iterator[None]:
        sampler = threading.Thread(target=self._sample)
        sampler.start()
        try:
            yield
        finally:
            self._stop.set()
            sampler.join()

    def _sample(self) -> None:
        while not self._stop.wait(_SAMPLE_SECONDS):
            self.peak = max(self.peak, tree_size(psutil.Process()))


def run_once(
    data: bytes, parameters: Mapping[str, str] | None = None, events: list[Any] | None = None
) -> dict[str, float]:
    """Deploy, upload, wait: seconds from the upload to the end, those outside the work, bytes at the peak,
    and processor seconds of all processes. The history's events are added to `events`.

    RuntimeError unless every candidate completed.
    """
    memory, busy = Memory(), processor_seconds(psutil.Process())
    with memory.watched(), EmbeddedAws(name="bakeoff", pace=PACE) as aws:
        started = time.perf_counter()
        outputs = aws.deploy(PROJECT / "template.yaml", "bakeoff", parameters)
        deployed, uploaded = time.perf_counter(), time.time()
        aws.instance.client("s3").put_object(
            Bucket=outputs["BucketName"], Key="Inputs/dataset1.csv", Body=data
        )
        history = finished_history(aws.instance.client("stepfunctions"), outputs["StateMachineArn"])
        _require_candidates(aws.instance.client("s3"), outputs["BucketName"])
    if events is not None:
        events += history
    # Candidates' histories come after the run's own.
    work = [(start, end) for name, start, end in intervals(history) if name in WORK_STATES]
    run = max(event["timestamp"] for event in history).timestamp() - uploaded
    return {
        "deploy_seconds": deployed - started,
        "run_seconds": run,
        "own_seconds": run - _covered(work),
        "peak_bytes": memory.peak,
        "processor_seconds": processor_seconds(psutil.Process()) - busy,
    }


def finished_history(states: Any, state_machine_arn: str) -> list[dict[str, Any]]:
    while not (runs := states.list_executions(stateMachineArn=state_machine_arn)["executions"]):
        time.sleep(0.05)
    arn = runs[0]["executionArn"]
    while (status := states.describe_execution(executionArn=arn)["status"]) == "RUNNING":
        time.sleep(_POLL_SECONDS)
    if status != "SUCCEEDED":
        raise RuntimeError(f"the run ended as {status}: {states.describe_execution(executionArn=arn)}")
    return [dict(event) for event in RunHistory(states, arn).everything()]


def _require_candidates(s3: Any, bucket: str) -> None:
    """A candidate that failed at once would make the run a fast one."""
    candidates = comparison_of(s3, bucket)["candidates"]
    if failed := [f"{each['name']}: {each['error']}" for each in candidates if each["status"] != "completed"]:
        raise RuntimeError("; ".join(failed))


def comparison_of(s3: Any, bucket: str) -> dict[str, Any]:
    [key] = [
        item["Key"]
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="runs/")
        for item in page["Contents"]
        if item["Key"].endswith("/comparison.json")
    ]
    comparison: dict[str, Any] = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    return comparison


def intervals(history: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, float, float]]:
    """Each state's name, start and end; of several under way, the first to begin counts as the first to end,
    which leaves sums and what they cover together as they are.
    """
    began: dict[str, list[float]] = {}
    for event in sorted(history, key=lambda event: event["timestamp"]):
        moment = event["timestamp"].timestamp()
        if entered := event.get("stateEnteredEventDetails"):
            began.setdefault(entered["name"], []).append(moment)
        if exited := event.get("stateExitedEventDetails"):
            yield exited["name"], began[exited["name"]].pop(0), moment


def _covered(stretches: Iterable[tuple[float, float]]) -> float:
    """Seconds that lie in at least one stretch."""
    total, end = 0.0, float("-inf")
    for start, stop in sorted(stretches):
        total += max(0.0, stop - max(start, end))
        end = max(end, stop)
    return total


def main() -> None:
    given = os.environ.get("BAKEOFF_ABALONE")
    path = Path(given) if given else PROJECT / "bakeoff_cli" / "data" / "sample.libsvm"
    data = path.read_bytes()
    runs = [run_once(data) for _ in range(REPETITIONS)]
    medians = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
    machine = {"cores": psutil.cpu_count(), "python": platform.python_version()}
    report = {"command": COMMAND, "data": path.name, **machine, "median": medians, "runs": runs}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    print(json.dumps(report["median"], indent=1))


if __name__ == "__main__":
    main()
