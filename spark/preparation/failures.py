"""What goes wrong in a job, in one sentence where a person can mend it."""

from __future__ import annotations

import re

from py4j.protocol import Py4JJavaError

OUT_OF_MEMORY = re.compile(
    "OutOfMemoryError|ExecutorLostFailure|SparkContext was shut down|Too many bytes before newline"
)
CUT_SHORT = re.compile("^EOFException: Unexpected end")  # Spark names the file only when its beginning is bad


class JobError(Exception):
    """A failure that a person can mend; its text is one sentence."""


def explain(error: Exception) -> str | None:
    """What a person can mend, in one sentence that fits the 1 KB of an exit message; None for the rest."""
    if isinstance(error, JobError):
        return str(error)
    detail, file = root_cause(error) if isinstance(error, Py4JJavaError) else (str(error), None)
    if OUT_OF_MEMORY.search(detail):
        return (
            "The data do not fit into Spark's memory, as a line of hundreds of megabytes does not: "
            "mend such a line, or take a larger ProcessingInstanceType."
        )
    if file or CUT_SHORT.search(detail):
        name = shortened(file, 600) if file else "A compressed object"
        cause = shortened(detail.splitlines()[0], 300)
        return f"{name} cannot be read ({cause}): upload it anew if it is damaged, or start a new run."
    return None


def root_cause(error: Py4JJavaError) -> tuple[str, str | None]:
    """What Java says at the bottom, and the file that was being read, if Spark names it on the way."""
    causes = [error.java_exception]
    while causes[-1].getCause() is not None:
        causes.append(causes[-1].getCause())
    file = re.search(r"reading file (\S+)\. ", " ".join(str(cause.getMessage()) for cause in causes))
    return f"{causes[-1].getClass().getSimpleName()}: {causes[-1].getMessage()}", file and file[1]


def shortened(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")
