"""The events of a run and of its candidates, which are executions of their own, read as they go on."""

from __future__ import annotations

from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from bakeoff_cli.stack.progress import Event

_STARTED = "mapRunStartedEventDetails"

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
            PaginationConfig={"PageSize": 1000},
        )
        for page in (reply["events"] for reply in pages):
            fresh = {int(event["id"]): event for event in page if int(event["id"]) not in self._events}
            self._events.update(fresh)
            if len(fresh) < len(page):
                break
        return [self._events[key] for key in sorted(self._events)]


class RunHistory:
    """The events of a run and, beside them, those of each candidate."""

    def __init__(self, states: SFNClient, arn: str) -> None:
        self._states = states
        self._own = History(states, arn)
        self._candidates: dict[str, History] = {}
        self._ended: dict[str, tuple[datetime, list[Event]]] = {}

    def read(self) -> tuple[list[Event], list[list[Event]]]:
        """All events so far, oldest first; of the candidates in the order in which they started."""
        own = self._own.read()
        runs = [event[_STARTED]["mapRunArn"] for event in own if _STARTED in event]
        children = chain.from_iterable(map(self._children, runs))
        return own, [self._events(child) for child in sorted(children, key=_start)]

    def everything(self) -> list[Event]:
        """The events of all of them, one history after the other."""
        own, candidates = self.read()
        return [*own, *chain.from_iterable(candidates)]

    def _children(self, map_run: str) -> list[Any]:
        pages = self._states.get_paginator("list_executions").paginate(mapRunArn=map_run)
        return [execution for page in pages for execution in page["executions"]]

    def _events(self, child: Any) -> list[Event]:
        arn, stopped = child["executionArn"], child.get("stopDate")
        if stopped and arn in self._ended and self._ended[arn][0] == stopped:
            return self._ended[arn][1]
        events = self._candidates.setdefault(arn, History(self._states, arn)).read()
        if stopped:
            self._ended[arn] = (stopped, events)
        return events


def _start(execution: Any) -> tuple[datetime, str]:
    return execution["startDate"], execution["name"]
