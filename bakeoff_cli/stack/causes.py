"""The error and cause of a failed execution or state, as one sentence."""

from __future__ import annotations

import re

from bakeoff.domain.messages import sentence
from bakeoff.domain.run.causes import TIMEOUT, explanation
from bakeoff_cli.text import one_line

_SDK_SUFFIX = re.compile(r"\s*\(Service: [^()]*\)")


def readable(error: str | None, cause: str | None, status: str = "FAILED") -> str:
    """One sentence without line breaks, at most MAX_CHARACTERS: a longer one loses its middle, not its cure.

    `cause` may be plain text, the JSON of a failed Lambda function, or a SageMaker job's description, which
    Step Functions passes on as it came.
    """
    named = TIMEOUT if status == "TIMED_OUT" else error or ""
    printable = cause if cause and one_line(cause) else ""
    explained = one_line(_SDK_SUFFIX.sub("", explanation(named, printable)))
    return sentence(explained or "No reason was given.")
