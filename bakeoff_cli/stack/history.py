"""The events of a run and of its candidates, which are executions of their own, read as they go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from bakeoff_cli.stack.progress import Event

_STARTED = "mapRunStartedEventDetails"
_REDRIVEN = "mapRunRedrivenEventDetails"
# Of events and of executions, as many as Step Functions gives at once.
_PAGE = 1000

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class History:
    """The events of one execution, each fetched once."""

    def __init__(self, states: SFNClient, arn: str) -> None:
        self._states = states
        self._arn = arn
        self._events: dict[int, Event] = {}

    def read(self) -> list[Event]:
        """All events so far, oldest first."""
        # Newest first, so that every read but the first stops at the newest event that is known.
        pages = self._states.get_paginator("get_execution_history").paginate(
            executionArn=self._arn,
            reverseOrder=True,
            includeExecutionData=True,
            PaginationConfig={"PageSize": _PAGE},
        )
        for page in (reply["events"] for reply in pages):
            fresh = {int(event["id"]): event for event in page if int(event["id"]) not in self._events}
            self._events.update(fresh)
            if len(fresh) < len(page):
                break
        return [self._events[key] for key in sorted(self._events)]


class RunHistory:
    """The events of a run and, beside them, those of each candidate: with folds, of each unit."""

    def __init__(self, states: SFNClient, arn: str) -> None:
        self._states = states
        self._own = History(states, arn)
        self._candidates: dict[str, _Candidate] = {}
        self._complete: dict[str, list[Any]] = {}
        self._rounds = 0

    def read(self, most: int | None = None) -> tuple[list[Event], list[list[Event]]]:
        """All events so far, oldest first; of the candidates in the order in which they started.

        With `most`, no more candidates' histories are fetched than that, those first that were not for the
        longest time; of the others it tells what is known of them.
        """
        own = self._own.read()
        runs = [event[_STARTED]["mapRunArn"] for event in own if _STARTED in event]
        children = sorted(chain.from_iterable(self._listed(run, own) for run in runs), key=_start)
        self._rounds += 1
        stale = filter(_Candidate.may_have_more, map(self._candidate, children))
        for candidate in sorted(stale, key=_age)[:most]:
            candidate.fetch(self._rounds)
        return own, [self._candidate(child).events for child in children]

    def everything(self) -> list[Event]:
        """The events of all of them, one history after the other."""
        own, candidates = self.read()
        return [*own, *chain.from_iterable(candidates)]

    def _listed(self, map_run: str, own: Sequence[Event]) -> list[Any]:
        """The executions of a Map Run; those of one that is over are listed once."""
        if map_run in self._complete and _is_over(own):
            return self._complete[map_run]
        pages = self._states.get_paginator("list_executions").paginate(
            mapRunArn=map_run, PaginationConfig={"PageSize": _PAGE}
        )
        children = [execution for page in pages for execution in page["executions"]]
        self._complete.pop(map_run, None)
        if _is_over(own) and all("stopDate" in child for child in children):
            self._complete[map_run] = children
        return children

    def _candidate(self, child: Any) -> _Candidate:
        arn = child["executionArn"]
        candidate = self._candidates.setdefault(arn, _Candidate(History(self._states, arn)))
        candidate.stopped = child.get("stopDate")
        return candidate


@dataclass
class _Candidate:
    """The history of a candidate's execution, which has `stopped` or goes on; when its `events` were fetched
    last, and when it had stopped by then.
    """

    history: History
    stopped: datetime | None = None
    fetched: int = 0
    fetched_stopped: datetime | None = None
    events: list[Event] = field(default_factory=list)

    def may_have_more(self) -> bool:
        # A redrive goes on in an execution that had stopped, and stops it at another time.
        return not self.fetched or self.stopped is None or self.stopped != self.fetched_stopped

    def fetch(self, number: int) -> None:
        self.events, self.fetched, self.fetched_stopped = self.history.read(), number, self.stopped


def _age(candidate: _Candidate) -> int:
    return candidate.fetched


def _is_over(own: Sequence[Event]) -> bool:
    """Whether the Map Run that was begun or redriven last has ended; there is one at a time."""
    told = [event for event in own if str(event["type"]).startswith("MapRun")]
    return bool(told) and not any(name in told[-1] for name in (_STARTED, _REDRIVEN))


def _start(execution: Any) -> tuple[datetime, str]:
    return execution["startDate"], execution["name"]
