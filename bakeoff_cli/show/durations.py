"""How long a step usually takes in AWS with a small data set, and what a step that waits is waiting for."""

from __future__ import annotations

# Minutes. Most of a job's or an endpoint's time goes into starting its instance.
_MINUTES = {
    "Prepare datasets": (5, 8),
    "Train model": (3, 6),
    "Train final model": (3, 6),
    "Wait for endpoint": (4, 8),
    "Score candidate": (0, 1),
    "Wait for release": (0, 2),
    "Judge candidates": (0, 1),
    "Compare candidates": (8, 17),
}
RUN_MINUTES = (15, 30)
# As long as there are units; the others take what they take without folds.
_BY_UNITS = "Compare candidates"
_WAITS = {
    "Wait for turn": "until another run ends",
    "Wait for quiet": "until no more files are uploaded",
    "Wait for plan": "until the run before it has planned",
    "Wait to prepare": "for quota or capacity",
    "Wait for another attempt": "for quota or capacity",
    "Wait to train final model": "for quota or capacity",
    "Wait for endpoint": "for the endpoint to start",
    "Wait for release": "for the endpoint to go",
    "Wait for production": "until another promotion or update of the endpoint ends",
    "Await way back": "for the endpoint to serve with the configuration before",
    "Wait to discard": "for the endpoint to go",
}


def usually(step: str, folds: bool = False) -> str | None:
    """As in "4 to 8 min"; None for a step that takes seconds, or with folds nobody knows how long."""
    return minutes(*_MINUTES[step]) if step in _MINUTES and not (folds and step == _BY_UNITS) else None


def minutes(low: int, high: int) -> str:
    return f"{low} to {high} min" if low else f"up to {high} min"


def remark(step: str, in_aws: bool, folds: bool = False) -> str:
    """What a step waits for, and how long that usually takes, as far as there is something to say."""
    usual = usually(step, folds) if in_aws else None
    said = ", ".join(filter(None, (waits(step), f"usually {usual}" if usual else None)))
    return f" ({said})" if said else ""


def waits(step: str) -> str | None:
    """What a step waits for, to be read after "waits"; None for one that does something itself."""
    return _WAITS.get(step)
