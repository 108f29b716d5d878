"""Whose turn it is: how many runs go on at once, and which of those that wait need not run at all.

A run reads everything under Inputs/, so one run serves every upload that its plan holds. Nothing is locked
and nothing is counted: the runs that go on, ordered by their start, are the queue. A run's place in it only
moves forward, because later runs come after it and ended ones leave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bakeoff.domain.errors import InvalidRunId, TurnNeverCame
from bakeoff.domain.naming import run_prefix
from bakeoff.domain.ports import RunStore

MAX_WAIT_SECONDS = 1800
MAX_WAITED_SECONDS = 10 * 24 * 3600
_SHARE_OF_WAITED = 0.1


@dataclass(frozen=True)
class Execution:
    """A run that goes on."""

    run_id: str
    started: datetime


class Executions(Protocol):
    """What Step Functions says of the runs; it may be some seconds old."""

    def running(self) -> list[Execution]: ...

    def input_of(self, run_id: str) -> Any:
        """What a run was started with; None when there is no such run, or nobody can read it."""


@dataclass(frozen=True)
class TurnTaker:
    executions: Executions
    store: RunStore
    max_concurrent: int
    poll_seconds: int

    def take(self, run_id: str, execution_input: Any, waited_seconds: float) -> dict[str, Any]:
        """What a run does now: `turn` is "ours", "superseded" (by the run `superseded_by`) or "wait".

        Waits last `wait_seconds`. Raises TurnNeverCame after ten days of them.
        """
        ahead = ahead_of(run_id, self.executions.running())
        if ahead is not None and len(ahead) < self.max_concurrent:
            return {"turn": "ours"}
        served_by = self._server(execution_input, (ahead or [])[: self.max_concurrent])
        if served_by is not None:
            return {"turn": "superseded", "superseded_by": served_by}
        if waited_seconds > MAX_WAITED_SECONDS:
            raise TurnNeverCame(
                f"The run has waited for {waited_seconds / 86400:.0f} days: stop one of the runs before it, "
                "raise MaxConcurrentRuns, and upload or start it again."
            )
        return {"turn": "wait", "wait_seconds": next_wait(waited_seconds, self.poll_seconds)}

    def _server(self, execution_input: Any, admitted: Sequence[str]) -> str | None:
        """The admitted run whose plan holds the upload that started this run."""
        upload = _upload_of(execution_input)
        if upload is None:
            return None
        return next((run_id for run_id in admitted if self._serves(run_id, upload)), None)

    def _serves(self, run_id: str, upload: Mapping[str, str]) -> bool:
        if has_own_algorithms(self.executions.input_of(run_id)):
            return False
        try:
            planned = self.store.read_json(f"{run_prefix(run_id)}plan.json")["inputs"]
        except (FileNotFoundError, InvalidRunId):
            # A run of an impossible name is refused when it plans, and must not cost others their turn.
            return False
        return self._holds({item["key"]: item["version_id"] for item in planned}, upload)

    def _holds(self, planned: Mapping[str, str], upload: Mapping[str, str]) -> bool:
        """Whether a plan holds an upload, or the newer one that replaced it."""
        version = planned.get(upload["key"])
        if version is None or version == upload["version_id"]:
            return version is not None
        newest = {item.key: item.version_id for item in self.store.list_inputs()}
        return newest.get(upload["key"]) == version


def ahead_of(run_id: str, running: Sequence[Execution]) -> list[str] | None:
    """The runs that started before one, oldest first.

    None when the listing lacks the run itself: it is then older than the run, and says nothing of who came
    shortly before it.
    """
    queue = [run.run_id for run in sorted(running, key=lambda run: (run.started, run.run_id))]
    return queue[: queue.index(run_id)] if run_id in queue else None


def next_wait(waited_seconds: float, poll_seconds: int) -> int:
    """Seconds until the next look: a tenth of what was waited, so that long waits make little history."""
    return max(poll_seconds, min(MAX_WAIT_SECONDS, int(waited_seconds * _SHARE_OF_WAITED)))


def has_own_algorithms(execution_input: Any) -> bool:
    """Whether a run compares other algorithms than its stack does; it then neither serves nor is served."""
    return isinstance(execution_input, dict) and "algorithms" in execution_input


def _upload_of(execution_input: Any) -> Mapping[str, str] | None:
    """The upload that started a run; None for a run that a person started and wants to see."""
    if not isinstance(execution_input, dict) or has_own_algorithms(execution_input):
        return None
    upload = execution_input.get("trigger")
    if not isinstance(upload, dict):
        return None
    named = all(isinstance(upload.get(name), str) for name in ("key", "version_id"))
    return upload if named else None
