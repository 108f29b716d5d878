"""comparison.json: the candidates beside each other, and the verdict."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from bakeoff.domain.run.documents.cost import ServingCost
from bakeoff.domain.run.documents.data import DataNotes, InputRevision, TableColumn
from bakeoff.domain.run.documents.datasets import SplitRows, TaskNotes
from bakeoff.domain.run.documents.results import CompletedResult, FailedResult, MetricValues


class CompletedCandidate(CompletedResult):
    """`beats_baseline` is None where the metric is undefined. With folds, `spread` is the standard deviation
    of the metric over them, None where it is undefined in one. `cost_per_million` is None where no price is
    known, and absent where the plan asked for none.
    """

    beats_baseline: bool | None
    cost_per_million: NotRequired[ServingCost | None]
    spread: NotRequired[float | None]


class FailedCandidate(FailedResult):
    beats_baseline: None


ComparedCandidate = CompletedCandidate | FailedCandidate


class ComparedData(SplitRows, DataNotes):
    """`scored` rows judged, of which `distinct` are no copies of others; of a table with groups, so many
    groups. Of a mixed table also its `columns`, as the plan has them, and the rows without a label. With
    `folds`, every row is a test row, once; `train` and `validation` are then how many rows a fold's model has
    on average.
    """

    feature_dim: int
    columns: NotRequired[list[TableColumn]]
    rejected: int
    unlabelled: NotRequired[int]
    objects: list[InputRevision]
    scored: int
    distinct: NotRequired[int]
    folds: NotRequired[int]


class Baseline(TypedDict):
    """What always predicting the training labels' mean would have achieved; of classes, always answering
    their `shares` of the training rows: `prediction` is then the number of the most frequent one.
    """

    name: str
    prediction: float
    shares: NotRequired[list[float]]
    metrics: MetricValues


class SecondOpinion(TypedDict):
    """Of the Bayesian correlated t test, over the folds' scores: how probable it is that the best is better
    than the other by more than the margin, that they are equal within it, and that it is worse by more.
    """

    better: float
    equal: float
    worse: float


class Difference(TypedDict):
    """A candidate's metric minus the best's, in the metric's unit; see `domain.verdict.reach`. With folds,
    each difference has an `inflation` of its own and, where every fold has the metric, a `second_opinion`.
    """

    candidate: str
    against: str
    difference: float
    ci_low: float | None
    ci_high: float | None
    p_value: float | None
    p_value_adjusted: float | None
    inflation: NotRequired[float]
    second_opinion: NotRequired[SecondOpinion]


class Verdict(TypedDict):
    """What the comparison allows to say; see `domain.verdict.reach`. With folds, `inflation` is that of the
    difference to the nearest other candidate.
    """

    outcome: Literal["winner", "tie", "inconclusive"]
    best: str | None
    recommended: str | None
    preference: str
    tied_with_best: list[str]
    confidence: float
    resamples: int
    seed: int
    equivalence_margin: float
    margin: float | None
    inflation: float | None
    rows_needed: int | None
    reason: str
    comparisons: list[Difference]


class Comparison(TaskNotes):
    """comparison.json: the candidates, best first, then those that failed; `classes` of a classification."""

    schema_version: int
    run_id: str
    metric: str
    dataset: ComparedData
    candidates: list[ComparedCandidate]
    baseline: Baseline
    verdict: Verdict
