"""What the roles were refused, and which statements they used: the evidence for tests of least privilege."""

from __future__ import annotations

import threading
from typing import NamedTuple


class Denial(NamedTuple):
    role: str
    action: str
    resource: str


class UsedStatement(NamedTuple):
    role: str
    policy: str
    sid: str


_lock = threading.Lock()
_denials: list[Denial] = []
_used: set[UsedStatement] = set()


def denials() -> list[Denial]:
    """What was refused since the start or the last `clear_records`, oldest first."""
    with _lock:
        return list(_denials)


def used_statements() -> set[UsedStatement]:
    """The Allow statements of identity policies by which something was allowed."""
    with _lock:
        return set(_used)


def clear_records() -> None:
    with _lock:
        _denials.clear()
        _used.clear()


def note_denial(denial: Denial) -> None:
    with _lock:
        _denials.append(denial)


def note_use(statement: UsedStatement) -> None:
    with _lock:
        _used.add(statement)
