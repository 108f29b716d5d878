"""A failed candidate, told in a person's words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from bakeoff.domain.naming import run_prefix
from bakeoff.domain.ports import RunStore
from bakeoff.domain.results import failed_result
from bakeoff.domain.sentences import sentence

# Step Functions cuts a long cause, which leaves a JSON text that ends in the middle.
_CUT_REASON = re.compile(
    r'"(?:FailureReason|errorMessage)"\s*:\s*"((?:[^"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})+)'
)
_QUOTA = "SageMaker.ResourceLimitExceededException"
_TIMEOUT = "States.Timeout"


def record_failure(
    store: RunStore, run_id: str, candidate: Mapping[str, Any], failure: Mapping[str, str]
) -> dict[str, str]:
    """Store results/<name>.json of a failed candidate; `failure` holds `step`, `error` and `cause`."""
    error = explain(failure["error"], failure["cause"], failure["step"])
    store.write_json(f"{run_prefix(run_id)}results/{candidate['name']}.json", failed_result(candidate, error))
    return {"name": candidate["name"], "status": "failed"}


def explain(error: str, cause: str, step: str) -> str:
    """One readable text of what Step Functions caught: `error` is its name, `cause` its text or JSON.

    A SageMaker job's cause is its whole description; a function's is its exception as JSON.
    """
    reason = _reason(cause) or error
    if error == _QUOTA:
        reason = (
            f"The account's quota is used up: {reason} Ask for a higher one in the Service Quotas console."
        )
    if error == _TIMEOUT:
        reason = "It took longer than the workflow waits for it."
    return sentence(f"{step}: {reason}")


def _reason(cause: str) -> str:
    try:
        described = json.loads(cause)
    except (ValueError, RecursionError):
        return _reason_of_cut(cause) if cause.startswith("{") else cause
    if not isinstance(described, dict):
        return cause
    return str(described.get("FailureReason") or described.get("errorMessage") or _status(described) or cause)


def _reason_of_cut(cause: str) -> str:
    """Never the text itself: a job's description holds its hyperparameters."""
    if found := _CUT_REASON.search(cause):
        return str(json.loads(f'"{found[1]}"', strict=False))
    return "What failed gave a reason that is too long for the workflow; see the job in SageMaker's console."


def _status(described: dict[str, Any]) -> str | None:
    for key in ("TrainingJobStatus", "ProcessingJobStatus", "EndpointStatus"):
        if key in described:
            return f"SageMaker reports {key} {described[key]} without a reason."
    return None
