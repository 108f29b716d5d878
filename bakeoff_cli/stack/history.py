"""The events of an execution, read as it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bakeoff_cli.stack.progress import Event

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
