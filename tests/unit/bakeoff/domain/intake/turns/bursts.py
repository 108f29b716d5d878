"""Uploads, their events and the runs that these start, in simulated time; the rules are the real ones."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta

from bakeoff.domain.intake.turns import Asking, TurnTaker
from tests.fakes import FakeExecutions, InMemoryRunStore

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
SETTLE = 15
POLL = 30


@dataclass(frozen=True)
class Sent:
    """A file that is uploaded `at` a second; its event takes `late` seconds."""

    at: float
    late: float = 1
    key: str = ""


@dataclass(frozen=True)
class Times:
    """Seconds from a run's admission to its plan, and from there to its end."""

    to_plan: float = 3
    to_end: float = 1500


@dataclass
class Simulation:
    """`planned` tells which revisions each run planned, `superseded` by whom others were."""

    times: Times = Times()
    settle_seconds: int = SETTLE
    max_concurrent: int = 2
    planned: dict[str, dict[str, str]] = field(default_factory=dict)
    superseded: dict[str, str] = field(default_factory=dict)
    looks: int = 0

    def __post_init__(self) -> None:
        self.now = NOON
        self.store = InMemoryRunStore(now=lambda: self.now)
        self.executions = FakeExecutions()
        self.taker = TurnTaker(self.executions, self.store, self.max_concurrent, POLL, self.settle_seconds)
        self._order = itertools.count()
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []

    def run(self, uploads: Sequence[Sent]) -> Simulation:
        """Until nothing is left to happen."""
        for number, sent in enumerate(uploads):
            self._later(sent.at, lambda sent=sent, number=number: self._upload(sent, number))  # type: ignore[misc]
        while self._agenda:
            self.now, _, happen = heapq.heappop(self._agenda)
            assert self.now < NOON + timedelta(days=10), "a run waits for ever"
            happen()
        return self

    def _later(self, seconds: float, happen: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (self.now + timedelta(seconds=seconds), next(self._order), happen))

    def _upload(self, sent: Sent, number: int) -> None:
        run_id = f"run-{number:03}"
        stored = self.store.put(f"Inputs/{sent.key or number}.csv", run_id.encode())
        given = {"trigger": {"key": stored.key, "version_id": stored.version_id}}
        self._later(sent.late, lambda: self._start(run_id, given))

    def _start(self, run_id: str, given: dict[str, dict[str, str]]) -> None:
        self.executions.begin(run_id, given, self.now)
        self._later(0.5, lambda: self._look(run_id))

    def _look(self, run_id: str) -> None:
        self.looks += 1
        started = self.executions.going_on[run_id]
        answer = self.taker.take(Asking(run_id, self.executions.inputs[run_id], started, self.now))
        if answer["turn"] == "ours":
            self._later(self.times.to_plan, lambda: self._plan(run_id))
        elif answer["turn"] == "superseded":
            self.superseded[run_id] = answer["superseded_by"]
            self.executions.end(run_id)
        else:
            assert answer["wait_seconds"] >= 1
            self._later(answer["wait_seconds"] + 0.2, lambda: self._look(run_id))

    def _plan(self, run_id: str) -> None:
        inputs = [asdict(item) for item in self.store.list_inputs()]
        self.planned[run_id] = {item["key"]: item["version_id"] for item in inputs}
        self.store.write_json(f"runs/{run_id}/plan.json", {"inputs": inputs})
        self._later(self.times.to_end, lambda: self.executions.end(run_id))
