"""How long a run waits before it looks again."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

MAX_WAIT_SECONDS = 1800
MAX_QUIETS = 20
_FIRST_WAIT_SECONDS = 2
_SHARE_OF_WAITED = 0.1


def next_wait(waited_seconds: float, poll_seconds: int, ahead: int = 0) -> int:
    """Seconds until the next look, of a run with `ahead` runs before it.

    The first looks come soon, but seldom from far behind: together, a burst's runs then ask a few times a
    second at most. From `poll_seconds` on it is a tenth of what was waited, so that long waits make little
    history.
    """
    soon = max(_FIRST_WAIT_SECONDS, ahead, int(waited_seconds / 2))
    return max(min(soon, poll_seconds), min(MAX_WAIT_SECONDS, int(waited_seconds * _SHARE_OF_WAITED)))


def seconds_until_quiet(moments: Iterable[datetime], now: datetime, settle_seconds: int) -> int:
    """Whole seconds until the burst of uploads is over, at most `settle_seconds`; 0 when none goes on.

    A burst is a chain of moments, each less than `settle_seconds` after the one before. It is waited for
    MAX_QUIETS times `settle_seconds` from its beginning, so that a steady stream delays runs and stops none.
    """
    settle = timedelta(seconds=settle_seconds)
    # A clock that is a little ahead of ours dates uploads into our future; what lies further off is no burst.
    latest_first = sorted((min(moment, now) for moment in moments if moment < now + settle), reverse=True)
    beginning = now
    for moment in latest_first:
        if beginning - moment >= settle:
            break
        beginning = moment
    if not latest_first or now - latest_first[0] >= settle:
        return 0
    end = min(latest_first[0] + settle, beginning + MAX_QUIETS * settle)
    return max(0, math.ceil((end - now).total_seconds()))
