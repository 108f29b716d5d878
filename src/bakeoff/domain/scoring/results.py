"""The result of one candidate, as results/<name>.json holds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bakeoff.domain.ports import RunStore
from bakeoff.domain.run.names import run_prefix

_UNRECORDED = "Neither a result nor a failure was recorded; see the execution's history."


def read_result(store: RunStore, run_id: str, candidate: Mapping[str, Any]) -> dict[str, Any]:
    """The recorded result, or that of a failure when there is none: recording one can itself fail."""
    try:
        return dict(store.read_json(f"{run_prefix(run_id)}results/{candidate['name']}.json"))
    except FileNotFoundError:
        return failed_result(candidate, _UNRECORDED)


def failed_result(candidate: Mapping[str, Any], error: str) -> dict[str, Any]:
    """The result of a candidate that did not finish, in the shape of a finished one."""
    return {
        "name": candidate["name"],
        "algorithm": candidate["algorithm"],
        "status": "failed",
        "error": error,
        "metrics": None,
        "scored_rows": 0,
        "rows_per_second": None,
        "latency_ms": None,
        "training_seconds": None,
        "billable_seconds": None,
    }
