"""What a run of the workflow waits for: simulated time against its critical path, and its dollars.

python -m benchmarks.waiting [--runs 20]

The real workflow file on the interpreter of the embedded AWS, with the product's own functions, on a
SageMaker that takes the times below, each drawn anew within +-20%. Time is simulated: it passes only where
everybody waits. The critical path is what the run would take if each step began the moment that the one
before it had ended. What is beyond it is dead time of the workflow's own making: pauses between two looks.
"""

from __future__ import annotations

import argparse
import heapq
import json
import os
import random
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bakeoff.domain.cost.receipt import Occasion, receipt_of
from bakeoff.domain.run.documents import Plan
from bakeoff.domain.run.files import FINAL
from local_aws.embedded import EmbeddedAws
from local_aws.services.stepfunctions.api.map_run import MapRun
from local_aws.services.stepfunctions.interpreter import waiting
from local_aws.services.stepfunctions.jsonata import functions as jsonata_functions
from local_aws.services.stepfunctions.tasks import sagemaker_jobs
from tests.template import TEMPLATE
from tests.unit.bakeoff.domain.cost.runs import FixedPrices
from tests.workflow.conftest import Workflow, deployed_workflow, scripted_aws
from tests.workflow.simulation.clock import SharedClock
from tests.workflow.simulation.costs import SimulatedRun
from tests.workflow.simulation.durations import Durations
from tests.workflow.simulation.hosting import candidate_of
from tests.workflow.simulation.scripted import ScriptedAws

PROJECT = Path(__file__).resolve().parent.parent
RESULTS = PROJECT / "benchmarks" / "results" / "waiting.json"
COMMAND = "python -m benchmarks.waiting"
BAR_SECONDS = 15
SPREAD = 0.2
# Minutes that AWS usually takes: an instance has to come before a job begins, and before an endpoint serves.
USUAL = Durations(
    jobs={"processing-job": 240, "training-job": 180},
    endpoint=300,
    deletion=60,
    # Warm functions on small data; assumed.
    functions={
        "PlanRun": 3,
        "CheckDatasets": 2,
        "ScoreCandidate": 10,
        "ReleaseResources": 1,
        "JudgeCandidates": 8,
        "PublishReport": 10,
    },
)
# Of a run, not of each unit.
ONCE = ("PlanRun", "CheckDatasets", "JudgeCandidates", "PublishReport")
NAMES = ("alpha", "beta", "gamma", "delta", "epsilon")


def _candidates(count: int, **more: Any) -> list[Any]:
    return [{"name": name, "algorithm": "xgboost", **more} for name in NAMES[:count]]


SHAPES: Mapping[str, dict[str, Any]] = {
    "2 candidates": {"algorithms": _candidates(2)},
    "5 candidates": {"algorithms": _candidates(5)},
    "1 candidate in 5 folds": {"algorithms": _candidates(1), "folds": 5},
    "3 candidates in 5 folds": {"algorithms": _candidates(3), "folds": 5},
    "2 candidates, tuned by 20 jobs": {"algorithms": _candidates(2, tuning={"jobs": 20})},
}


@dataclass(frozen=True)
class Drawn(Durations):
    """Each thing takes a time of its own, the same whenever it is asked for."""

    seed: int = 0
    asked: dict[tuple[str, str], float] = field(default_factory=dict)

    def of(self, kind: str, name: str) -> float:
        key = kind, name
        if key not in self.asked:
            draw = random.Random(f"{self.seed} {kind} {name}")
            self.asked[key] = USUAL.of(kind, name) * draw.uniform(1 - SPREAD, 1 + SPREAD)
        return self.asked[key]


@dataclass(frozen=True)
class Measured:
    """Seconds, and dollars by list prices."""

    wall: float
    critical: float
    low: float
    high: float
    most: float

    @property
    def dead(self) -> float:
        return self.wall - self.critical


@contextmanager
def simulated(folder: Path) -> Iterator[tuple[Workflow, ScriptedAws]]:
    """The workflow, and what answers it."""
    with pytest.MonkeyPatch.context() as patch, EmbeddedAws(folder, name="bakeoff") as embedded:
        workflow, aws = deployed_workflow(embedded.instance, patch), scripted_aws(patch)
        aws.workflow = workflow
        yield workflow, aws


def measure(workflow: Workflow, aws: ScriptedAws, given: Mapping[str, Any], seed: int) -> Measured:
    """One run of the shape, whose durations the seed decides."""
    with pytest.MonkeyPatch.context() as patch:
        clock = SharedClock()
        _connect(clock, aws, patch)
        durations = Drawn(seed=seed)
        aws.take(durations)
        aws.reset()
        clock.begin()
        began = clock.now
        described = workflow.wait(workflow.start(dict(given), MaxConcurrency=_concurrency()), 600)
        if described["status"] != "SUCCEEDED":
            raise RuntimeError(f"The run failed: {described['cause']}")
        run = SimulatedRun(workflow, aws, described["executionArn"])
        plan: Plan = aws.store.read_json(f"runs/{run.run_id}/plan.json")
        receipt = receipt_of(Occasion(run.run_id, "now"), run.spent(), FixedPrices())
        return Measured(
            wall=clock.now - began,
            critical=critical_path(run, durations),
            low=float(receipt["total_low"]),
            high=float(receipt["total_high"]),
            most=float(plan["cost"]["amount"] or 0),
        )


def _concurrency() -> str:
    return str(TEMPLATE["Parameters"]["MaxConcurrency"]["Default"])


def _connect(clock: SharedClock, aws: ScriptedAws, patch: pytest.MonkeyPatch) -> None:
    """Every execution works or waits by this clock; the run itself waits while its units work."""
    patch.setattr(waiting, "pause", clock.pause)
    patch.setitem(jsonata_functions.FUNCTIONS, "millis", clock.millis)
    patch.setattr(aws, "clock", clock)
    original_complete, original_work = MapRun.complete, MapRun._work

    def until_a_job_ends(env: Any, seen: int, seconds: float) -> None:
        """As in AWS, where EventBridge tells of a job's end at once."""
        due = [job["due"] for job in aws.sagemaker.jobs.values() if job["status"] == "InProgress"]
        now = clock.now
        clock.pause(env, min((each - now for each in due if each > now), default=0.0))

    def complete(run: Any, env: Any, limit: int) -> Any:
        for _ in range(min(limit or run.size, run.size)):
            clock.begin()
        clock.end()
        outputs = original_complete(run, env, limit)
        clock.begin()
        return outputs

    def work(run: Any, *args: Any) -> None:
        original_work(run, *args)
        clock.end()

    patch.setattr(sagemaker_jobs, "pause_until_change", until_a_job_ends)
    patch.setattr(MapRun, "complete", complete)
    patch.setattr(MapRun, "_work", work)


def critical_path(run: SimulatedRun, durations: Drawn) -> float:
    """Seconds that the steps take, each as soon as it may: as many units at once as MaxConcurrency lets."""
    jobs = {name: job["due"] - job["created"] for name, job in run.aws.sagemaker.jobs.items()}
    units = run.aws.store.read_json(f"runs/{run.run_id}/units.json")
    slots = [0.0] * int(_concurrency())
    for unit in units:
        heapq.heapreplace(slots, slots[0] + _unit_seconds(unit, jobs, durations))
    once = sum(
        seconds for name, seconds in jobs.items() if candidate_of(name) == FINAL or "-prepare-" in name
    )
    return float(once + max(slots) + sum(durations.of(name, name) for name in ONCE))


def _unit_seconds(unit: Mapping[str, Any], jobs: Mapping[str, float], durations: Durations) -> float:
    """Trained, or tuned; deployed, scored and deleted, which the last release hears of."""
    begins = unit.get("tuning_name") or f"{unit['resource_name']}-"
    trained = max(seconds for name, seconds in jobs.items() if name.startswith(begins))
    coming, going = (durations.of(kind, unit["resource_name"]) for kind in ("endpoint", "deletion"))
    scored, released = (durations.of(name, name) for name in ("ScoreCandidate", "ReleaseResources"))
    return trained + coming + scored + max(released, going) + released


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=20, help="of each shape")
    runs = parser.parse_args().runs
    # What the functions log and count is of no run of anybody's.
    os.environ |= {"POWERTOOLS_LOG_LEVEL": "CRITICAL", "POWERTOOLS_METRICS_DISABLED": "true"}
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, simulated(Path(folder)) as (workflow, aws):
        for shape, given in SHAPES.items():
            measured = [measure(workflow, aws, given, seed) for seed in range(runs)]
            found[shape] = summary(measured)
            print(shape, found[shape])
    document = {"command": COMMAND, "runs_of_each": runs, "bar_seconds": BAR_SECONDS, "shapes": found}
    RESULTS.write_text(json.dumps(document, indent=2) + "\n")


def summary(measured: list[Measured]) -> dict[str, Any]:
    dead = [each.dead for each in measured]
    return {
        "wall_seconds": round(statistics.median(each.wall for each in measured)),
        "critical_path_seconds": round(statistics.median(each.critical for each in measured)),
        "dead_seconds": {
            "median": round(statistics.median(dead), 1),
            "longest": round(max(dead), 1),
        },
        "dollars": {
            "low": round(statistics.median(each.low for each in measured), 4),
            "high": round(statistics.median(each.high for each in measured), 4),
            "at_most": round(max(each.most for each in measured), 2),
        },
    }


if __name__ == "__main__":
    main()
