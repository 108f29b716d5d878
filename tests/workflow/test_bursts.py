"""What several files cost that are uploaded by one command: runs of the real workflow in simulated time.

The rules of turns, the workflow file and the functions are the product's own; every job costs money.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from bakeoff.domain.intake.turns import Asking, TurnTaker
from local_aws.services.stepfunctions.interpreter import waiting
from local_aws.services.stepfunctions.jsonata import functions as jsonata_functions
from tests.fakes import FakeExecutions
from tests.handlers import environment_of
from tests.patience import PATIENCE_SECONDS
from tests.workflow.conftest import Workflow
from tests.workflow.simulation.clock import SharedClock
from tests.workflow.simulation.scripted import CANDIDATES, Fault, FunctionFailed, ScriptedAws

SETTINGS = environment_of("TakeTurnFunction")


@dataclass
class Bucket:
    """Uploads start runs, as S3's events do. `runs` are their ARNs by run."""

    workflow: Workflow
    aws: ScriptedAws
    clock: SharedClock
    taker: TurnTaker
    executions: FakeExecutions
    runs: dict[str, str] = field(default_factory=dict)
    # The address of a bucket that is gone may be that of the next; executions outlive both.
    mark: str = field(default_factory=lambda: uuid.uuid4().hex[:8])

    def upload(self, number: int) -> str:
        key, run_id = f"Inputs/{number}.csv", f"upload-{number}-{self.mark}"
        # Every file has rows of its own: copies are refused.
        stored = self.aws.store.put(key, f"{number}.25,2,3\n{number}.5,5,6\n".encode() * 2)
        self.start(run_id, {"trigger": {"key": key, "version_id": stored.version_id}})
        return run_id

    def start(self, run_id: str, given_input: dict[str, Any]) -> None:
        self.executions.begin(run_id, given_input, self.clock.moment)
        self.clock.begin()
        # One thread for each run: see SharedClock.
        self.runs[run_id] = self.workflow.start(given_input, name=run_id, MaxConcurrency="1")
        threading.Thread(target=self._watch, args=(run_id,), daemon=True).start()

    def _watch(self, run_id: str) -> None:
        execution = self.workflow.execution(self.runs[run_id])
        execution.ended.wait(PATIENCE_SECONDS)
        self.executions.end(run_id, well=str(execution.status) == "SUCCEEDED")
        self.clock.end()

    def take_turn(self, payload: Any) -> dict[str, Any]:
        # The interpreter dates executions by the real time.
        run_id, started = payload["run_id"], self.executions.going_on[payload["run_id"]]
        return self.taker.take(Asking(run_id, payload["input"], started, self.clock.moment))

    def ends(self) -> dict[str, dict[str, Any]]:
        """How every run ended."""
        self.clock.end()
        return {run_id: self.workflow.wait(arn) for run_id, arn in self.runs.items()}


@pytest.fixture
def bucket(workflow: Workflow, aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    clock, executions = SharedClock(), FakeExecutions()
    monkeypatch.setattr(waiting, "pause", clock.pause)
    monkeypatch.setitem(jsonata_functions.FUNCTIONS, "millis", clock.millis)
    monkeypatch.setattr(aws, "clock", clock)
    aws.reset()
    taker = TurnTaker(
        executions,
        aws.store,
        max_concurrent=int(SETTINGS["BAKEOFF_MAX_CONCURRENT_RUNS"]),
        poll_seconds=int(SETTINGS["BAKEOFF_TURN_POLL_SECONDS"]),
        settle_seconds=int(SETTINGS["BAKEOFF_SETTLE_SECONDS"]),
    )
    made = Bucket(workflow, aws, clock, taker, executions)
    aws.take_turn = made.take_turn
    # Whoever uploads is at work as well.
    clock.begin()
    yield made
    aws.reset()


def jobs(aws: ScriptedAws) -> tuple[int, int]:
    """Processing jobs and training jobs: what is paid for."""
    return len(aws.names("create_processing_job")), len(aws.names("create_training_job"))


def superseded_by(described: dict[str, Any]) -> str | None:
    output: dict[str, Any] = json.loads(described["output"])
    return output.get("superseded_by")


@pytest.mark.parametrize(("files", "apart"), [(1, 0), (2, 0), (3, 0), (20, 0), (2, 5), (3, 5), (20, 5)])
def test_files_that_one_command_uploads_are_paid_for_once(
    bucket: Bucket, aws: ScriptedAws, files: int, apart: float
) -> None:
    uploaded = []
    for number in range(files):
        uploaded.append(bucket.upload(number))
        bucket.clock.pause(None, apart)

    ends = bucket.ends()

    assert {each["status"] for each in ends.values()} == {"SUCCEEDED"}
    first, *others = uploaded
    assert superseded_by(ends[first]) is None
    assert {superseded_by(ends[run_id]) for run_id in others} <= {first}
    assert jobs(aws) == (1, len(CANDIDATES))
    planned = aws.store.read_json(f"runs/{first}/plan.json")["inputs"]
    assert {item["key"] for item in planned} == {
        "Inputs/data.csv",
        *(f"Inputs/{n}.csv" for n in range(files)),
    }


def test_files_a_minute_apart_are_two_runs(bucket: Bucket, aws: ScriptedAws) -> None:
    bucket.upload(0)
    bucket.clock.pause(None, 60)
    bucket.upload(1)

    ends = bucket.ends()

    assert [superseded_by(each) for each in ends.values()] == [None, None]
    assert jobs(aws) == (2, 2 * len(CANDIDATES))


def test_a_burst_whose_first_run_cannot_plan_is_compared_by_the_second(
    bucket: Bucket, aws: ScriptedAws
) -> None:
    aws.faults = [Fault.raising("PlanRun", FunctionFailed("UnreadableData", "Mend it."), times=1)]
    first, second, third = (bucket.upload(number) for number in range(3))

    ends = bucket.ends()

    assert ends[first]["status"] == "FAILED"
    assert (superseded_by(ends[second]), superseded_by(ends[third])) == (None, second)
    assert jobs(aws) == (1, len(CANDIDATES))


def test_a_run_with_own_settings_takes_no_upload_s_place(bucket: Bucket, aws: ScriptedAws) -> None:
    bucket.start(f"own-{bucket.mark}", {"algorithms": ["alpha"]})
    first, second = (bucket.upload(number) for number in range(2))

    ends = bucket.ends()

    assert (superseded_by(ends[first]), superseded_by(ends[second])) == (None, first)
    assert jobs(aws) == (2, 1 + len(CANDIDATES))
