"""comparison.json: the candidates beside each other, and the verdict."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from bakeoff.domain.run.documents.data import DataNotes, InputRevision, TableColumn
from bakeoff.domain.run.documents.datasets import SplitRows, TaskNotes
from bakeoff.domain.run.documents.results import CompletedResult, FailedResult, MetricValues


class CompletedCandidate(CompletedResult):
    """`beats_baseline` is None where the metric is undefined."""

    beats_baseline: bool | None


class FailedCandidate(FailedResult):
    beats_baseline: None


ComparedCandidate = CompletedCandidate | FailedCandidate


class ComparedData(SplitRows, DataNotes):
    """`scored` rows judged, of which `distinct` are no copies of others. Of a mixed table also its `columns`,
    as the plan has them, and the rows without a label.
    """

    feature_dim: int
    columns: NotRequired[list[TableColumn]]
    rejected: int
    unlabelled: NotRequired[int]
    objects: list[InputRevision]
    scored: int
    distinct: NotRequired[int]


class Baseline(TypedDict):
    """What always predicting the training labels' mean would have achieved; of classes, always answering
    their `shares` of the training rows: `prediction` is then the number of the most frequent one.
    """

    name: str
    prediction: float
    shares: NotRequired[list[float]]
    metrics: MetricValues


class Difference(TypedDict):
    """A candidate's metric minus the best's, in the metric's unit; see `domain.verdict.reach`."""

    candidate: str
    against: str
    difference: float
    ci_low: float | None
    ci_high: float | None
    p_value: float | None
    p_value_adjusted: float | None


class Verdict(TypedDict):
    """What the comparison allows to say; see `domain.verdict.reach`."""

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
