"""What served in production, from when until when, as promotions and rollbacks tell it."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from bakeoff.domain.run.documents import PastChange, PastRun


class Reign(PastChange):
    """A change, and when the next one followed, of whatever data set: one endpoint serves all; None of the
    newest. `has_report` says whether the run is on the page, whose report lies beside it then.
    """

    until: str | None
    has_report: bool


def reigns(changes: Sequence[PastChange], runs: Sequence[PastRun]) -> list[Reign]:
    """Oldest first."""
    in_order = sorted(changes, key=lambda change: datetime.fromisoformat(change["at"]))
    listed = {run["run_id"] for run in runs}
    ends = [*(change["at"] for change in in_order[1:]), None]
    return [
        {**change, "until": until, "has_report": change["run_id"] in listed}
        for change, until in zip(in_order, ends, strict=False)
    ]


def runs_before(runs: Sequence[PastRun], changes: Sequence[Reign]) -> list[int]:
    """How many of the runs, oldest first, had been planned when each of the changes came."""
    planned = [datetime.fromisoformat(run["created_at"]) for run in runs]
    return [bisect_right(planned, datetime.fromisoformat(change["at"])) for change in changes]


def spread(gaps: Sequence[int]) -> list[float]:
    """Where the changes stand between the runs at 1, 2 and so on: one in the middle of its gap, several side
    by side; `gaps` ascend.
    """
    counts, seen, places = Counter(gaps), Counter[int](), []
    for gap in gaps:
        seen[gap] += 1
        places.append(gap + seen[gap] / (counts[gap] + 1))
    return places
