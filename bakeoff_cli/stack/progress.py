"""What an execution's history says about how far the run has come. Pure: events in, progress out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from typing import Any

from bakeoff_cli.stack.causes import readable
from bakeoff_cli.stack.outcome import TIMEOUT, outcome
from bakeoff_cli.stack.units import UnitName, unit_of, units_of_map

Event = Mapping[str, Any]
Scope = tuple[int, ...]
"""Where an event stands: () in the workflow itself, (2,) in the third iteration of its Map."""

TOP: Scope = ()
RECORD_FAILURE = "Record failure"
"""The state that every candidate enters which does not finish, and no other."""
_ITERATION_ENDS = {
    "MapIterationSucceeded": "succeeded",
    "MapIterationFailed": "failed",
    "MapIterationAborted": "aborted",
}
_CANDIDATE_STATUS = {
    "RUNNING": "running",
    "SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "TIMED_OUT": "failed",
    "ABORTED": "aborted",
}
_RUN_ENDS = {
    "ExecutionSucceeded": "SUCCEEDED",
    "ExecutionFailed": "FAILED",
    "ExecutionTimedOut": "TIMED_OUT",
    "ExecutionAborted": "ABORTED",
}


@dataclass
class StateVisit:
    """One visit of one state; `error` is what its last attempt failed with, if it did."""

    name: str
    entered: datetime
    exited: datetime | None = None
    error: str | None = None
    attempts: int = 0
    timed_out: bool = False

    def seconds(self, now: datetime) -> float:
        return ((self.exited or now) - self.entered).total_seconds()


@dataclass
class CandidateProgress:
    """One candidate's execution, with folds that of one of its units, or an iteration of an inline Map:
    "running", "succeeded", "failed" or "aborted"; `error` is what ended the execution if nothing caught it.
    """

    unit: UnitName
    started: datetime
    map_step: StateVisit | None
    steps: list[StateVisit] = field(default_factory=list)
    ended: datetime | None = None
    status: str = "running"
    error: str | None = None

    @property
    def name(self) -> str:
        """Of a unit, with its fold."""
        return str(self.unit)

    def seconds(self, now: datetime) -> float:
        return ((self.ended or now) - self.started).total_seconds()

    @property
    def failure(self) -> str | None:
        """Why the candidate did not finish; None for one that goes on, also after a caught error."""
        before = list(takewhile(lambda step: step.name != RECORD_FAILURE, self.steps))
        if len(before) == len(self.steps):
            return self.error
        return next((step.error for step in reversed(before) if step.error), "see the run's results")


@dataclass
class RunProgress:
    """Times are the events' own; `status` is that of Step Functions: RUNNING, SUCCEEDED, FAILED, ...

    `error` is the name that a failed run ended with, and `units` are those that the Map was given, of which
    `candidates` have begun; none where the history does not say.
    """

    status: str = "RUNNING"
    error: str | None = None
    started: datetime | None = None
    ended: datetime | None = None
    steps: list[StateVisit] = field(default_factory=list)
    candidates: list[CandidateProgress] = field(default_factory=list)
    units: list[UnitName] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        return outcome(self.status, self.error)

    @property
    def has_folds(self) -> bool:
        return any(unit.fold is not None for unit in self.units)

    def has_left(self, state: str) -> bool:
        """Whether the run has been through a state of the workflow itself."""
        return any(step.name == state and step.exited for step in self.steps)

    @property
    def failed_step(self) -> StateVisit | None:
        """The state that a run which ended badly could not leave."""
        return (
            next((step for step in reversed(self.steps) if step.exited is None), None) if self.ended else None
        )


def progress(events: Iterable[Event], candidates: Iterable[Sequence[Event]] = ()) -> RunProgress:
    """Replay histories as GetExecutionHistory returns them, complete up to some event, in any order.

    `candidates` are those of the candidates' own executions.
    """
    in_order = sorted(events, key=lambda event: int(event["id"]))
    replay = _Replay()
    for event in in_order:
        replay.apply(event)
    run = replay.result()
    compared = next((event for event in in_order if event["type"] == "MapStateEntered"), None)
    if compared:
        details = compared["stateEnteredEventDetails"]
        step = next(step for step in run.steps if step.name == details["name"])
        evaluated = [_evaluated(number, each, step) for number, each in enumerate(candidates, 1) if each]
        run.units = units_of_map(details.get("input"))
        run.candidates += _as_given(evaluated, run.units)
    return run


def _evaluated(number: int, events: Sequence[Event], map_step: StateVisit) -> CandidateProgress:
    run = progress(events)
    first = min(events, key=lambda event: int(event["id"]))
    unit = unit_of(first.get("executionStartedEventDetails", {}).get("input"))
    status = _CANDIDATE_STATUS[run.status]
    return CandidateProgress(
        unit or UnitName(f"candidate {number}"),
        run.started or first["timestamp"],
        map_step,
        run.steps,
        run.ended,
        status,
        readable(run.error, None, run.status) if status == "failed" else None,
    )


def _as_given(candidates: list[CandidateProgress], units: Sequence[UnitName]) -> list[CandidateProgress]:
    """In the order of the Map's input; executions that start together are listed in any."""
    order = {unit: place for place, unit in enumerate(units)}
    return sorted(candidates, key=lambda candidate: order.get(candidate.unit, len(order)))


class _Replay:
    def __init__(self) -> None:
        self._run = RunProgress()
        self._scopes: dict[Scope, list[StateVisit]] = {TOP: self._run.steps}
        self._candidates: dict[int, CandidateProgress] = {}
        # Events of concurrent iterations interleave: previousEventId leads to an event's scope.
        self._scope_of: dict[int, Scope] = {}

    def result(self) -> RunProgress:
        self._run.candidates = [self._candidates[index] for index in sorted(self._candidates)]
        return self._run

    def apply(self, event: Event) -> None:
        kind, scope = str(event["type"]), self._scope_of.get(event["previousEventId"], TOP)
        if kind.startswith("Execution"):
            scope = self._execution(kind, event)
        elif kind == "MapIterationStarted":
            scope = self._iteration_started(scope, event)
        elif kind in _ITERATION_ENDS:
            if len(scope) == 1:
                candidate = self._candidates[scope[0]]
                candidate.status, candidate.ended = _ITERATION_ENDS[kind], event["timestamp"]
            scope = scope[:-1]
        elif kind.endswith("StateEntered"):
            self._entered(scope, event)
        elif kind.endswith("StateExited"):
            scope, step = self._open(scope, event["stateExitedEventDetails"]["name"])
            if step:
                step.exited = event["timestamp"]
        else:
            self._during(scope, kind, event)
        self._scope_of[int(event["id"])] = scope

    def _execution(self, kind: str, event: Event) -> Scope:
        if kind == "ExecutionStarted":
            self._run.started = event["timestamp"]
        elif kind == "ExecutionRedriven":
            self._run.status, self._run.error, self._run.ended = "RUNNING", None, None
        elif kind in _RUN_ENDS:
            self._run.status, self._run.ended = _RUN_ENDS[kind], event["timestamp"]
            self._run.error = event.get("executionFailedEventDetails", {}).get("error")
        return TOP

    def _iteration_started(self, scope: Scope, event: Event) -> Scope:
        # previousEventId may lead into the iteration before; the Map's name finds the scope around both.
        details = event["mapIterationStartedEventDetails"]
        index, (outer, map_step) = int(details["index"]), self._open(scope, details["name"])
        inner = (*outer, index)
        self._scopes[inner] = []
        if outer == TOP:
            self._candidates[index] = CandidateProgress(
                UnitName(f"candidate {index + 1}"), event["timestamp"], map_step, self._scopes[inner]
            )
        return inner

    def _entered(self, scope: Scope, event: Event) -> None:
        details = event["stateEnteredEventDetails"]
        if len(scope) == 1 and not self._scopes[scope]:
            candidate = self._candidates[scope[0]]
            candidate.unit = unit_of(details.get("input")) or candidate.unit
        self._scopes[scope].append(StateVisit(details["name"], event["timestamp"]))

    def _open(self, scope: Scope, name: str) -> tuple[Scope, StateVisit | None]:
        """The state of that name that has not been left, in `scope` or around it."""
        for around in (scope[:length] for length in range(len(scope), -1, -1)):
            step = next((s for s in reversed(self._scopes[around]) if s.name == name and not s.exited), None)
            if step:
                return around, step
        return scope, None

    def _during(self, scope: Scope, kind: str, event: Event) -> None:
        step = next((step for step in reversed(self._scopes[scope]) if not step.exited), None)
        if step and kind.endswith("Scheduled"):
            step.attempts, step.error, step.timed_out = step.attempts + 1, None, False
        elif step and kind.endswith(("Failed", "TimedOut")):
            # The key differs by event type: taskFailedEventDetails, taskTimedOutEventDetails ...
            details: Event = next((value for key, value in event.items() if key.endswith("EventDetails")), {})
            if error := details.get("error"):
                step.error = readable(error, details.get("cause"))
            step.timed_out = error == TIMEOUT
