"""Execution histories in the shape of GetExecutionHistory, built event by event."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
Event = dict[str, Any]


@dataclass
class Recorder:
    """Each event takes one second; `after` is the id of the event that led to it."""

    events: list[Event] = field(default_factory=list)

    def add(self, kind: str, after: int, **details: Any) -> int:
        number = len(self.events) + 1
        stamp = START + timedelta(seconds=len(self.events))
        self.events.append(
            {"id": number, "previousEventId": after, "type": kind, "timestamp": stamp, **details}
        )
        return number

    def start(self) -> int:
        return self.add("ExecutionStarted", 0, executionStartedEventDetails={"input": "{}"})

    def enter(self, kind: str, name: str, after: int, state_input: Any = None) -> int:
        details = {"name": name, "input": json.dumps(state_input or {})}
        return self.add(f"{kind}StateEntered", after, stateEnteredEventDetails=details)

    def leave(self, kind: str, name: str, after: int) -> int:
        return self.add(f"{kind}StateExited", after, stateExitedEventDetails={"name": name, "output": "{}"})

    def task(self, name: str, after: int, state_input: Any = None) -> int:
        """A whole Task that succeeds at once."""
        last = self.enter("Task", name, after, state_input)
        last = self.add("TaskScheduled", last)
        last = self.add("TaskSucceeded", last)
        return self.leave("Task", name, last)

    def iterate(self, after: int, index: int) -> int:
        return self.add(
            "MapIterationStarted",
            after,
            mapIterationStartedEventDetails={"name": "Compare candidates", "index": index},
        )

    def fail_task(self, after: int, error: str, cause: str) -> int:
        last = self.add("TaskScheduled", after)
        return self.add("TaskFailed", last, taskFailedEventDetails={"error": error, "cause": cause})


def two_candidates(recorder: Recorder) -> tuple[int, int, int]:
    """As far as the first states of two iterations; returns the ids of the Map and of both states."""
    last = recorder.task("Plan run", recorder.start())
    map_entered = recorder.enter("Map", "Compare candidates", last)
    started = recorder.add("MapStateStarted", map_entered, mapStateStartedEventDetails={"length": 2})
    first, second = recorder.iterate(started, 0), recorder.iterate(started, 1)
    # The second iteration overtakes the first, as it may.
    knn = recorder.enter("Task", "Train model", second, {"name": "knn", "algorithm": "knn"})
    boosted = {"run": {"name": "r"}, "candidate": {"name": "xgboost", "algorithm": "xgboost"}}
    xgboost = recorder.enter("Task", "Train model", first, boosted)
    return map_entered, xgboost, knn


def whole_run() -> list[Event]:
    """Two candidates that finish, and a run that succeeds."""
    recorder = Recorder()
    _, xgboost, knn = two_candidates(recorder)
    ends = [
        recorder.add("MapIterationSucceeded", recorder.leave("Task", "Train model", last))
        for last in (knn, xgboost)
    ]
    last = recorder.leave("Map", "Compare candidates", recorder.add("MapStateSucceeded", ends[-1]))
    recorder.add("ExecutionSucceeded", recorder.task("Judge candidates", last))
    return recorder.events


MAP_RUN = "arn:aws:states:us-east-1:123456789012:mapRun:bakeoff/candidates:1"


def distributed_run(units: Any = None) -> list[Event]:
    """A run whose units are executions of their own, the candidates xgboost and knn unless they are given as
    Check datasets tells them; it waits for them.
    """
    recorder = Recorder()
    last = recorder.task("Plan run", recorder.start())
    given = units or [unit("xgboost"), unit("knn")]
    last = recorder.enter("Map", "Compare candidates", last, given)
    last = recorder.add("MapStateStarted", last, mapStateStartedEventDetails={"length": len(given)})
    recorder.add("MapRunStarted", last, mapRunStartedEventDetails={"mapRunArn": MAP_RUN})
    return recorder.events


def unit(candidate: str, fold: int | None = None) -> dict[str, Any]:
    """As the workflow carries it."""
    return {"candidate": candidate, "fold": fold, "resource_name": f"bakeoff-0123456789-f{fold}-{candidate}"}


def ended_map_run(events: list[Event]) -> list[Event]:
    """The same history with the end of the Map Run."""
    recorder = Recorder([*events])
    recorder.add("MapRunSucceeded", len(events))
    return recorder.events


def candidate_run(name: str, end: str | None = None, fold: int | None = None, **details: Any) -> list[Event]:
    """A candidate's own execution, or with a fold a unit's, which trains, until `end`."""
    recorder = Recorder()
    item = {"name": name, "algorithm": name} | ({} if fold is None else {"fold": fold})
    given = json.dumps({"run_id": "run-1", "candidate": item})
    last = recorder.add("ExecutionStarted", 0, executionStartedEventDetails={"input": given})
    last = recorder.enter("Task", "Train model", last)
    if end == "ExecutionSucceeded":
        last = recorder.leave("Task", "Train model", last)
    if end:
        recorder.add(end, last, **details)
    return recorder.events


def failed_candidate_run(name: str, fold: int | None = None, cause: str = "No such image.") -> list[Event]:
    """One that could not train, which the workflow recorded."""
    recorder = Recorder(candidate_run(name, fold=fold))
    failed = recorder.fail_task(len(recorder.events), "States.TaskFailed", cause)
    last = recorder.task("Record failure", recorder.leave("Task", "Train model", failed))
    recorder.add("ExecutionSucceeded", last)
    return recorder.events


def candidate_run_in(state: str, name: str, fold: int | None = None) -> list[Event]:
    """One that has trained and is in a later state."""
    recorder = Recorder(candidate_run(name, fold=fold))
    recorder.enter("Task", state, recorder.leave("Task", "Train model", len(recorder.events)))
    return recorder.events
