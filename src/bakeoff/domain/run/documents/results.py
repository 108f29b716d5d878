"""results/<candidate>.json: how one candidate did."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from bakeoff.domain.run.documents.candidates import CandidateName, Objective, TunedRange

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


class Trial(TypedDict):
    """A training job of a tuning job: the values that it tried, what it reached on the validation rows, and
    for how many seconds it is billed; None where SageMaker does not say.
    """

    name: str
    status: str
    values: dict[str, str]
    objective: float | None
    seconds: float | None


class Tuning(TypedDict):
    """How a candidate was tuned: `best` names the trial whose model it is, and `on_edge` the ranges at whose
    end its values lie. Trials stand in the order in which they were begun.
    """

    objective: Objective
    strategy: str
    seed: int
    ranges: dict[str, TunedRange]
    trials: list[Trial]
    best: str
    on_edge: list[str]


class FoldResult(TrainingTimes):
    """How a candidate did in one fold, of whose `rows` it was scored on."""

    fold: int
    rows: int
    metrics: MetricValues


class Throughput(TypedDict):
    """Passes over the same `requests`, which have so many `rows` together: the `seconds` of each pass."""

    rows: int
    requests: int
    seconds: list[float]


class CompletedResult(CandidateName, TrainingTimes):
    """results/<name>.json of a candidate that was scored; `resolved_image` is what served it, by digest, and
    `model_data_url` its model, of a run that decides about production. `throughput` is measured again where
    the preference goes by it, None where that failed.

    With `folds`, its rows and metrics are those of all of them together and its times their sums; latency,
    throughput and importance are the first one's. results/<name>/fold-<i>.json tells of one of them.
    """

    status: Literal["completed"]
    error: None
    metrics: MetricValues
    scored_rows: int
    rows_per_second: float
    latency_ms: Latency
    resolved_image: NotRequired[str]
    model_data_url: NotRequired[str]
    importance: NotRequired[Importance]
    throughput: NotRequired[Throughput | None]
    tuning: NotRequired[Tuning]
    folds: NotRequired[list[FoldResult]]


class FailedResult(CandidateName, TrainingTimes):
    """results/<name>.json of a candidate that did not finish; `error` says why in one sentence."""

    status: Literal["failed"]
    error: str
    metrics: None
    scored_rows: int
    rows_per_second: None
    latency_ms: None


class FinalRows(TypedDict):
    """How many rows the final model learned from, and was validated on; none are held out."""

    train: int
    validation: int


class FinalModel(TrainingTimes):
    """final.json of a run with folds: the recommended candidate, trained once more on the rows of all folds.
    `error` is one sentence, None unless that failed; `model_data_url` is None then.
    """

    candidate: str
    status: Literal["completed", "failed"]
    error: str | None
    model_data_url: str | None
    rows: FinalRows


Result = CompletedResult | FailedResult
