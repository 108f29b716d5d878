"""How long a test waits for what must come about: as long as that takes, on a machine of any speed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
# Only a test that fails waits so long; pytest's own limit is longer still.
PATIENCE_SECONDS = 600.0
_LONGEST_PAUSE = 0.5


def eventually(
    look: Callable[[], T | None],
    what: object = "it",
    pause: float = 0.05,
    seconds: float = PATIENCE_SECONDS,
) -> T:
    """What `look` finds once that is true, within `seconds`.

    From `pause` seconds between two looks to half a second: what takes long is found late enough, and looking
    takes the processor from it. What passes by itself may be over before it was seen.
    """
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, f"{what} did not come about"
        time.sleep(pause)
        pause = min(1.1 * pause, _LONGEST_PAUSE)
    return seen
