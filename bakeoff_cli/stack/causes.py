"""The error and cause of a failed execution or state, as one sentence."""

from __future__ import annotations

import json
import re

from bakeoff.domain.messages import sentence
from bakeoff_cli.text import one_line

_BARE = {
    "TIMED_OUT": "It took longer than the workflow allows.",
    "States.Timeout": "It took longer than the workflow allows.",
    "ABORTED": "No reason was given.",
}
# What a Lambda function, a training job and a processing job put their reason into.
_REASON_FIELDS = ("errorMessage", "FailureReason", "ExitMessage", "Cause", "cause")
_SDK_SUFFIX = re.compile(r"\s*\(Service: [^()]*\)")


def readable(error: str | None, cause: str | None, status: str = "FAILED") -> str:
    """One sentence without line breaks, at most MAX_CHARACTERS: a longer one loses its middle, not its cure.

    `cause` may be plain text, the JSON of a failed Lambda function, or a SageMaker job's description, which
    Step Functions passes on as it came.
    """
    reason = _SDK_SUFFIX.sub("", _reason(cause or ""))
    return sentence(
        one_line(reason) or _BARE.get(error or status) or one_line(error or "") or "No cause was given."
    )


def _reason(cause: str) -> str:
    try:
        details = json.loads(cause)
    except (ValueError, RecursionError):
        return cause
    if not isinstance(details, dict):
        return str(details)
    found = next((str(details[field]) for field in _REASON_FIELDS if details.get(field)), None)
    return _reason(found) if found else cause
