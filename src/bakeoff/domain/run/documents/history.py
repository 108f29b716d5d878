"""What a run adds to the history of all runs, runs/.history/<when>-<run_id>.json, and a change of production,
runs/.history/changes/<when>-<execution>.json.
"""

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


class PastVersion(TypedDict):
    """The candidate of a run, as a version of production served it."""

    run_id: str
    candidate: str


class PastChange(TypedDict):
    """A promotion or a rollback: `execution` began at `started_at` and had `config` in production `at` a
    moment, the `candidate` of the run `run_id`, which was judged by `metric` on that data set and target.
    `previous` is the configuration before, None where nothing served, and `before` what it served, as far as
    that is recorded.
    """

    schema_version: int
    execution: str
    started_at: str
    at: str
    kind: Literal["promotion", "rollback"]
    config: str
    run_id: str
    candidate: str
    data_set: str
    target: str | None
    metric: str
    previous: str | None
    before: PastVersion | None
