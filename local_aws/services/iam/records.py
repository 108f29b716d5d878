"""What the roles asked for and what they were told: the evidence for tests of least privilege."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from local_aws.services.iam.questions import Judgement, Question

# An embedded AWS may run for days.
_KEPT_DENIALS = 10_000


class Denial(NamedTuple):
    role: str
    action: str
    resource: str


class Answered(NamedTuple):
    """One decision, with all that it rests on."""

    question: Question
    judgement: Judgement


_lock = threading.Lock()
_denials: deque[Denial] = deque(maxlen=_KEPT_DENIALS)
_recordings: list[list[Answered]] = []


def denials() -> list[Denial]:
    """What was refused since the start or the last `clear_records`, oldest first."""
    with _lock:
        return list(_denials)


def clear_records() -> None:
    with _lock:
        _denials.clear()


@contextmanager
def recording() -> Iterator[list[Answered]]:
    """A list that every decision of IAM is added to until the block ends, whichever thread asks."""
    recorded: list[Answered] = []
    with _lock:
        _recordings.append(recorded)
    try:
        yield recorded
    finally:
        with _lock:
            # By identity: two recordings may hold the same decisions.
            _recordings[:] = [each for each in _recordings if each is not recorded]


def note(question: Question, judgement: Judgement) -> None:
    with _lock:
        for recorded in _recordings:
            recorded.append(Answered(question, judgement))
        if not judgement.allowed:
            _denials.append(Denial(question.role, question.request.action, question.request.resource))
