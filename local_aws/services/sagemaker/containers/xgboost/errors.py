"""What XGBoost's library says when it refuses something."""

from __future__ import annotations

import re

# "[11:36:58] /workspace/src/data/data.cc:1196: Check failed: ...", and a stack trace of the library below.
_PLACE = re.compile(r"\A\[[\d:]+\] \S+:\d+: ")
_TRACE = "\nStack trace:"


def told(error: Exception) -> str:
    """Its sentence alone: a FailureReason takes 1,024 characters, which a stack trace fills by itself."""
    return _PLACE.sub("", str(error).split(_TRACE, 1)[0].strip())
