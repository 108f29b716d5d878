"""A failed candidate, told in a person's words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from bakeoff.domain.messages import sentence
from bakeoff.domain.ports import RunStore
from bakeoff.domain.run.names import run_prefix
from bakeoff.domain.scoring.results import failed_result

# Step Functions cuts a long cause, which leaves a JSON text that ends in the middle.
_CUT_REASON = re.compile(
    r'"(?:FailureReason|errorMessage)"\s*:\s*"((?:[^"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})+)'
)
_CUT_STATUS = re.compile(r'"SecondaryStatus"\s*:\s*"(\w+)"')
# What SageMaker's SecondaryStatus means for a job that has no FailureReason, because it was stopped.
_STOPPED = {
    "MaxRuntimeExceeded": "The training took longer than it may, so SageMaker stopped it: raise the "
    "parameter TrainingTimeoutSeconds, or the algorithm's max_runtime_seconds.",
    "MaxWaitTimeExceeded": "Waiting for a spot instance and training on it took longer than they may, so "
    "SageMaker stopped the job: raise the algorithm's max_runtime_seconds, or train without spot.",
    "Interrupted": "The spot instance was taken away and the job stopped: start the run again, or train "
    "without spot.",
    "Stopped": "The training job was stopped by somebody before it was done.",
}
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


def _status(described: Mapping[str, Any]) -> str | None:
    if told := _STOPPED.get(str(described.get("SecondaryStatus"))):
        return told
    for key in ("TrainingJobStatus", "ProcessingJobStatus", "EndpointStatus"):
        if key in described:
            return f"SageMaker reports {key} {described[key]} without a reason."
    return None


def _reason_of_cut(cause: str) -> str:
    """Never the text itself: a job's description holds its hyperparameters."""
    if found := _CUT_REASON.search(cause):
        return str(json.loads(f'"{found[1]}"', strict=False))
    if (found := _CUT_STATUS.search(cause)) and found[1] in _STOPPED:
        return _STOPPED[found[1]]
    return "What failed gave a reason that is too long for the workflow; see the job in SageMaker's console."
