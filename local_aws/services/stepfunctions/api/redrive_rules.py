"""Which executions may be redriven, in the words of the API reference (`redriveStatusReason`)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

PERIOD = timedelta(days=14)
MAX_OPEN = timedelta(days=365)
MAX_EVENTS = 24_999
BY_MAP_RUN = "Only a redrive of the execution that started its Map Run redrives it"


def obstacle(execution: Any, now: datetime | None = None) -> str | None:
    """Why `execution` cannot be redriven at `now`; None if it can."""
    now = now or datetime.now(UTC)
    if execution.state_machine.type == "EXPRESS":
        return "Execution of an EXPRESS state machine cannot be redriven"
    if execution.status in ("RUNNING", "SUCCEEDED"):
        return f"Execution is {execution.status} and cannot be redriven"
    if now - execution.start_date > MAX_OPEN:
        return "Execution has exceeded the max execution time"
    if now - execution.stop_date > PERIOD:
        return "Execution redrivable period exceeded"
    if len(execution.exec_worker.env.event_manager._history_event_list) >= MAX_EVENTS:
        return "Execution history event limit exceeded"
    return None


def status_of(execution: Any) -> dict[str, str]:
    """The fields of DescribeExecution that tell whether a redrive is possible now."""
    reason = obstacle(execution)
    if reason is None:
        return {"redriveStatus": "REDRIVABLE_BY_MAP_RUN" if execution.map_run_arn else "REDRIVABLE"}
    return {"redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": reason}


def count_of(execution: Any) -> dict[str, Any]:
    redrives: list[datetime] = execution.redrives
    return {"redriveCount": len(redrives), **({"redriveDate": redrives[-1]} if redrives else {})}
