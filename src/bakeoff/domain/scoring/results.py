"""The result of one candidate, as results/<name>.json holds it."""

from __future__ import annotations

from bakeoff.domain.errors import InconsistentPredictions
from bakeoff.domain.messages import excerpt
from bakeoff.domain.run.documents import CandidateName, FailedResult, Result
from bakeoff.domain.run.files import RunFiles, result_of

_UNRECORDED = "Neither a result nor a failure was recorded; see the execution's history."


def read_result(run: RunFiles, candidate: CandidateName, fold: int | None = None) -> Result:
    """The recorded result, or that of a failure when there is none: recording one can itself fail. With
    folds, of one of them. Raises InconsistentPredictions for one that is neither completed nor failed.
    """
    try:
        result = run.result(candidate["name"], fold)
    except FileNotFoundError:
        return failed_result(candidate, _UNRECORDED)
    status, error = result["status"], result.get("error")
    if (status, type(error)) not in (("completed", type(None)), ("failed", str)):
        flaw = f"has the status {excerpt(status)} with the error {excerpt(error)}, which no result has"
        raise InconsistentPredictions(run.key(result_of(candidate["name"], fold)), flaw)
    return result


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
