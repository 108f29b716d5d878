"""The result of one candidate, as results/<name>.json holds it."""

from __future__ import annotations

from bakeoff.domain.run.documents import CandidateName, FailedResult, Result
from bakeoff.domain.run.files import RunFiles

_UNRECORDED = "Neither a result nor a failure was recorded; see the execution's history."


def read_result(run: RunFiles, candidate: CandidateName, fold: int | None = None) -> Result:
    """The recorded result, or that of a failure when there is none: recording one can itself fail. With
    folds, of one of them.
    """
    try:
        return run.result(candidate["name"], fold)
    except FileNotFoundError:
        return failed_result(candidate, _UNRECORDED)


def failed_result(candidate: CandidateName, error: str) -> FailedResult:
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
