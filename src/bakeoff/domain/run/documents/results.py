"""results/<candidate>.json: how one candidate did."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from bakeoff.domain.run.documents.plan import CandidateName

MetricValues = dict[str, float | None]
"""By the metric's name; None where the labels leave it undefined."""


class Latency(TypedDict):
    """Of single-row requests, in milliseconds."""

    p50: float
    p95: float


class TrainingTimes(TypedDict):
    """In seconds; None when SageMaker does not say."""

    training_seconds: float | None
    billable_seconds: float | None


class ColumnImportance(TypedDict):
    """How much worse the metric becomes without what a column says, in its unit; an interval where there is
    one. Positive: worse.
    """

    column: str
    increase: float
    ci_low: float | None
    ci_high: float | None


class UnmeasuredColumns(TypedDict):
    """How many columns have no importance, the first of them, and why."""

    count: int
    first: list[str]
    why: str


class Importance(TypedDict):
    """Permutation importance of the original columns, greatest first, by `rows` of the test split whose cells
    in one column change places, `repeats` times.
    """

    metric: str
    confidence: float
    rows: int
    repeats: int
    columns: list[ColumnImportance]
    unmeasured: NotRequired[UnmeasuredColumns]


class CompletedResult(CandidateName, TrainingTimes):
    """results/<name>.json of a candidate that was scored; `resolved_image` is what served it, by digest."""

    status: Literal["completed"]
    error: None
    metrics: MetricValues
    scored_rows: int
    rows_per_second: float
    latency_ms: Latency
    resolved_image: NotRequired[str]
    importance: NotRequired[Importance]


class FailedResult(CandidateName, TrainingTimes):
    """results/<name>.json of a candidate that did not finish; `error` says why in one sentence."""

    status: Literal["failed"]
    error: str
    metrics: None
    scored_rows: int
    rows_per_second: None
    latency_ms: None


Result = CompletedResult | FailedResult
