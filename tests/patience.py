"""How long a test waits for what must come about: as long as that takes, on a machine of any speed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
# Only a test that fails waits so long; pytest's own limit is longer still.
PATIENCE_SECONDS = 600.0


def eventually(look: Callable[[], T], what: object = "it", pause: float = 0.05) -> T:
    """What `look` finds once that is true; `pause` seconds lie between two looks."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (seen := look()):
        assert time.monotonic() < deadline, f"{what} did not come about"
        time.sleep(pause)
    return seen
