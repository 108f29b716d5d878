"""What a run adds to the history of all runs: runs/.history/<when>-<run_id>.json."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class PastCandidate(TypedDict):
    """`value` is the metric, None of a candidate that failed or whose metric is undefined; the interval is
    that of the test rows alone, None where they are too few.
    """

    name: str
    algorithm: str
    value: float | None
    ci_low: float | None
    ci_high: float | None


class Champion(TypedDict):
    """What production ran when the run was planned: the candidate of another run, promoted at a moment."""

    run_id: str
    candidate: str
    since: str


class PastRun(TypedDict):
    """`data_set` is its folder below Inputs/, "" for data without one of their own; `rows` judged. With a
    stack that decides about production, `champion` is what ran there.
    """

    schema_version: int
    run_id: str
    created_at: str
    data_set: str
    target: str | None
    metric: str
    confidence: float
    rows: int
    train_rows: int
    folds: NotRequired[int]
    baseline: float | None
    candidates: list[PastCandidate]
    outcome: Literal["winner", "tie", "inconclusive"]
    recommended: str | None
    headline: str
    champion: NotRequired[Champion | None]
