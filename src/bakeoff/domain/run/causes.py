"""Why a step has failed, out of what Step Functions caught: one wording for a candidate and for a run.

The workflow's state `Run failed` says the same in JSONata; a test holds its words to those here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

TIMEOUT = "States.Timeout"
TOOK_TOO_LONG = "took longer than the workflow allows"
QUOTA = "SageMaker.ResourceLimitExceededException"
QUOTA_USED_UP = "A quota of the account is used up; ask for a higher one in the Service Quotas console: "
# Of a Lambda function, of a training or processing job, and of what Step Functions wraps around them.
_REASONS = ("FailureReason", "errorMessage", "ExitMessage", "Cause", "cause")
_STATUSES = {
    "TrainingJobStatus": "training job",
    "HyperParameterTuningJobStatus": "tuning job",
    "ProcessingJobStatus": "processing job",
    "EndpointStatus": "endpoint",
}
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


def explanation(error: str, cause: str) -> str:
    """What to tell of an error of that name; empty when neither says anything.

    `cause` is plain text, a Lambda function's exception as JSON, or a SageMaker job's whole description.
    """
    reason = reason_of(cause)
    if error == QUOTA and not reason.startswith(QUOTA_USED_UP):
        return QUOTA_USED_UP + reason
    if error == TIMEOUT and not reason:
        return f"It {TOOK_TOO_LONG}."
    return reason or error


def reason_of(cause: str) -> str:
    """The words of a cause that are for a person; the cause itself where nothing better is found in it."""
    described = _object(cause)
    if described is None:
        return _reason_of_cut(cause) if cause.startswith("{") else cause
    found = next((str(described[field]) for field in _REASONS if described.get(field)), None)
    if found is None:
        return _status(described) or cause
    # One cause may hold another as JSON; a reason that merely begins like JSON is for a person.
    return reason_of(found) if _object(found) else found


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _of_tuning(described: Mapping[str, Any]) -> str | None:
    """A tuning job gives no reason when none of its training jobs gave a value, or when it was stopped."""
    status = described.get("HyperParameterTuningJobStatus")
    if status == "Stopped":
        return "The tuning job was stopped by somebody before it was done."
    counts = described.get("TrainingJobStatusCounters")
    if status != "Completed" or not isinstance(counts, dict):
        return None
    failed = int(counts.get("NonRetryableError", 0)) + int(counts.get("RetryableError", 0))
    return (
        "None of the training jobs gave a value of the metric to tune by: "
        f"{counts.get('Completed', 0)} completed, {failed} failed and {counts.get('Stopped', 0)} were "
        "stopped."
    )


def _status(described: Mapping[str, Any]) -> str | None:
    if told := _of_tuning(described):
        return told
    if told := _STOPPED.get(str(described.get("SecondaryStatus"))):
        return told
    for field, what in _STATUSES.items():
        if field in described:
            return f"SageMaker reports the {what} as {described[field]} without a reason."
    return None


def _reason_of_cut(cause: str) -> str:
    """Never the text itself: a job's description holds its hyperparameters."""
    if found := _CUT_REASON.search(cause):
        return str(json.loads(f'"{found[1]}"', strict=False))
    if (found := _CUT_STATUS.search(cause)) and found[1] in _STOPPED:
        return _STOPPED[found[1]]
    return "What failed gave a reason that is too long for the workflow; see the job in SageMaker's console."
