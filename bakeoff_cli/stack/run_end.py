"""How a run of the workflow ended, by the description of its execution."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bakeoff_cli.documents import json_of
from bakeoff_cli.stack.causes import readable
from bakeoff_cli.stack.outcome import outcome


@dataclass(frozen=True)
class RunEnd:
    """How a run ended; `cause` is one sentence, and None if the run succeeded.

    `error` is the name that a failed run ended with, and `report_uri` where a run that succeeded published
    its report. `superseded_by` is the run that has its data, for a run that therefore compared nothing.
    """

    run_id: str
    status: str
    started: datetime
    ended: datetime
    cause: str | None
    superseded_by: str | None = None
    error: str | None = None
    report_uri: str | None = None

    @property
    def succeeded(self) -> bool:
        return self.status == "SUCCEEDED"

    @property
    def seconds(self) -> float:
        return (self.ended - self.started).total_seconds()

    def as_json(self) -> dict[str, Any]:
        return {
            "run_id": self.run_id,
            "status": self.status,
            "started_at": self.started.isoformat(),
            "ended_at": self.ended.isoformat(),
            "seconds": round(self.seconds, 3),
            "outcome": outcome(self.status, self.error),
            "error": self.error,
            "cause": self.cause,
            "report_uri": self.report_uri,
        }


def end_of(execution: Any) -> RunEnd:
    """What the description of an execution that has ended says."""
    status = str(execution["status"])
    cause = None
    if status != "SUCCEEDED":
        cause = readable(execution.get("error"), execution.get("cause"), status)
    return RunEnd(
        run_id=execution["name"],
        status=status,
        started=execution["startDate"],
        ended=execution["stopDate"],
        cause=cause,
        superseded_by=superseded_by(execution),
        error=execution.get("error"),
        report_uri=_output(execution, "report_uri"),
    )


def superseded_by(execution: Any) -> str | None:
    """The run that has its data, for one that ended because of that."""
    return _output(execution, "superseded_by")


def _output(execution: Any, name: str) -> str | None:
    """A field of what a run that succeeded gives back."""
    output = json_of(execution.get("output"))
    return output.get(name) if isinstance(output, dict) else None
