"""How a run has gone, in the words for a person; Step Functions alone has others."""

from __future__ import annotations

from bakeoff.domain.errors import BakeoffError, DataError, RequestError

TIMEOUT = "States.Timeout"
WHY_GONE = "it was deleted, or is older than the stack's RunRetentionDays"
_WORDS = {"SUCCEEDED": "succeeded", "FAILED": "failed", "ABORTED": "stopped", "TIMED_OUT": "timed out"}


def outcome(status: str, error: str | None = None) -> str:
    """One of "succeeded", "failed", "stopped" and "timed out"; before the end the status itself: "running".

    The workflow ends a run that ran out of time itself, so `error` counts as well as the status.
    """
    if status == "FAILED" and error == TIMEOUT:
        return "timed out"
    return _WORDS.get(status, status.lower().replace("_", " "))


def has_ended(status: str, error: str | None = None) -> str:
    """The outcome as a sentence's verb: "has failed", "was stopped"."""
    word = outcome(status, error)
    return f"{'was' if word == 'stopped' else 'has'} {word}"


def is_mendable(error: str | None) -> bool:
    """Whether an execution's error names what a person can mend about the request or the data."""
    return error in _MENDABLE


def _names(error: type[BakeoffError]) -> frozenset[str]:
    """Its own, and those of all below it."""
    return frozenset({error.__name__}.union(*map(_names, error.__subclasses__())))


_MENDABLE = _names(RequestError) | _names(DataError)
