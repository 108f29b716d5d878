"""Finding executions of a stack's workflow, and following one to its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from bakeoff.domain.run.executions import UNFINISHED
from bakeoff_cli.documents import json_of
from bakeoff_cli.errors import RunNotFound, RunNotStarted
from bakeoff_cli.stack.history import RunHistory
from bakeoff_cli.stack.outcome import has_ended
from bakeoff_cli.stack.progress import RunProgress, progress
from bakeoff_cli.stack.run_end import RunEnd, end_of, superseded_by
from bakeoff_cli.stack.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

POLL_SECONDS = 1.0
# Because the account has a quota of them, which others need, too: with folds a run may have 400 executions.
HISTORIES_A_POLL = 10


class RunView(Protocol):
    """Whoever shows a run while it goes on."""

    def update(self, run: RunProgress) -> None: ...


@dataclass(frozen=True)
class UploadedObject:
    """An object under Inputs/, as the bucket holds it now."""

    key: str
    version_id: str | None


@dataclass(frozen=True)
class StackRuns:
    """The executions of one stack. `sleep` takes seconds; tests give one that does not wait."""

    states: SFNClient
    stack: Stack
    sleep: Callable[[float], None] = time.sleep

    def find(self, run_id: str | None) -> str:
        """The ARN of the run of that name, or of the newest one. Raises RunNotFound."""
        if run_id is None:
            executions = self._listed()
            if not executions:
                raise RunNotFound(
                    f"The stack {self.stack.name!r} has no run yet: start one with `bakeoff upload FILE`."
                )
            return str(max(executions, key=_start)["executionArn"])
        arn = self.stack.execution_arn(run_id)
        try:
            self.states.describe_execution(executionArn=arn)
        except (self.states.exceptions.ExecutionDoesNotExist, self.states.exceptions.InvalidArn) as err:
            raise RunNotFound(
                f"The stack {self.stack.name!r} has no run {run_id!r}; name another, or none for the newest."
            ) from err
        return arn

    def finished(self) -> list[str]:
        """The ids of the runs that have ended, well or not, newest first. Raises RunNotFound without any."""
        finished = [execution for execution in self._listed() if execution["status"] not in UNFINISHED]
        if not finished:
            raise RunNotFound(
                f"The stack {self.stack.name!r} has no finished run: see one through with `bakeoff watch`."
            )
        newest_first = sorted(finished, key=_start, reverse=True)
        return [str(execution["name"]) for execution in newest_first]

    def how_it_ended(self, run_id: str) -> str | None:
        """As in "has failed"; None for a run that goes on. Raises RunNotFound."""
        execution = self.states.describe_execution(executionArn=self.find(run_id))
        status = str(execution["status"])
        return None if status in UNFINISHED else has_ended(status, execution.get("error"))

    def known(self) -> frozenset[str]:
        """The ARNs of the newest executions (one page of the listing)."""
        return frozenset(execution["executionArn"] for execution in self._listed())

    def data_in(self, run_id: str) -> str:
        """The run that compares this run's data: itself, or what superseded it. Raises RunNotFound."""
        return superseded_by(self.states.describe_execution(executionArn=self.find(run_id))) or run_id

    def wait_for(self, upload: UploadedObject, known: frozenset[str], timeout: float) -> str:
        """The ARN of the run that `upload` started and that is not yet in `known`.

        Raises RunNotStarted when none has appeared within `timeout` seconds.
        """
        others = set(known)
        for _ in range(max(1, round(timeout / POLL_SECONDS))):
            for arn in sorted(self.known() - others):
                if self._started_by(arn, upload):
                    return arn
                others.add(arn)
            self.sleep(POLL_SECONDS)
        raise RunNotStarted(
            f"{upload.key} is uploaded, but within {timeout:g} s it started no run: "
            "see the log of the stack's start function, or try `bakeoff watch` later."
        )

    def follow(self, arn: str, view: RunView) -> RunEnd:
        """Report to `view` until the run ends."""
        return end_of(followed(self.states, arn, view, self.sleep))

    def _listed(self) -> list[Any]:
        listing = self.states.list_executions(stateMachineArn=self.stack.state_machine_arn, maxResults=100)
        return list(listing["executions"])

    def _started_by(self, arn: str, upload: UploadedObject) -> bool:
        given = json_of(self.states.describe_execution(executionArn=arn).get("input"))
        trigger = given.get("trigger") if isinstance(given, dict) else None
        wanted = (upload.key, upload.version_id)
        return isinstance(trigger, dict) and (trigger.get("key"), trigger.get("version_id")) == wanted


def followed(states: SFNClient, arn: str, view: RunView, sleep: Callable[[float], None]) -> Any:
    """Report to `view` until an execution ends; returns its description."""
    history = RunHistory(states, arn)
    while True:
        # Status before history: of an execution that has ended, the history is complete.
        execution = states.describe_execution(executionArn=arn)
        goes_on = execution["status"] in UNFINISHED
        view.update(progress(*history.read(HISTORIES_A_POLL if goes_on else None)))
        if not goes_on:
            return execution
        sleep(POLL_SECONDS)


def _start(execution: Any) -> datetime:
    started: datetime = execution["startDate"]
    return started
