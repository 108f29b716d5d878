"""What production runs, and what a run decided about it: production/versions/<config>.json, champion.json and
promotion.json.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from bakeoff.domain.run.documents.candidates import PlannedReply
from bakeoff.domain.run.documents.cost import MonthlyCost
from bakeoff.domain.run.documents.data import PlannedTable, TargetColumn
from bakeoff.domain.run.documents.datasets import Encoding, TimeSplit
from bakeoff.domain.run.documents.plan import LiveConfiguration, PromotionMode, SplitBuckets

Decision = Literal["first", "promote", "keep", "incomparable"]


class ModelArtifact(TypedDict):
    """A model.tar.gz of `bytes` bytes at `url`; `source` is where its training job had left it, the same
    unless it was copied.
    """

    url: str
    etag: str
    bytes: int
    source: str


class LearntFrom(TypedDict):
    """Which rows a model has seen: those below `split.validation_below` of the hash, all rows with folds, and
    all that the split had moved to training of the classes `moved`. With a `time`, those before it instead.
    """

    split: SplitBuckets
    time: NotRequired[TimeSplit]
    moved: NotRequired[list[str]]


class ServedColumns(TypedDict):
    """A `domain.predicting.columns.RunColumns`, whose fields mean the same."""

    label: str
    order: list[str]
    features: list[str]
    others: list[str]
    dropped: list[str]
    is_named: bool
    delimiters: list[str]
    decimals: dict[str, str]


class ServedData(TypedDict):
    """What rows a model answers. Of a plain table the names of its features, None where nobody named them; of
    a mixed one its `table`, the `view` that it reads and how a row becomes that (`encoding`). `classes` are
    those of a classification, in the order of their numbers, and `columns` what a file of new rows may have.
    """

    target: TargetColumn | None
    feature_dim: int
    features: list[str] | None
    table: NotRequired[PlannedTable]
    view: NotRequired[str]
    encoding: NotRequired[Encoding]
    classes: NotRequired[list[str]]
    columns: NotRequired[ServedColumns]


class ServedModel(TypedDict):
    """What SageMaker needs to serve a model, and how its replies are read; `image` is given by digest.
    `environment` are the container's variables.
    """

    image: str
    environment: dict[str, str]
    model: ModelArtifact
    request_content_type: str
    accept: str
    prediction_path: str
    reply: NotRequired[PlannedReply]


class ProductionRecord(ServedModel):
    """production/versions/<config>.json: what the endpoint configuration of that name serves. It is written
    once and never changed; which of them is live only SageMaker's DescribeEndpoint says.

    `value` is the `metric` on `test_rows` rows when it was judged in its `run`, None where nothing judged it;
    `why` is the sentence that decided, and `previous` the configuration before, None of the first one. `cost`
    is what the endpoint costs a month, where somebody limits that.
    """

    schema_version: int
    endpoint: str
    config: str
    previous: str | None
    since: str
    why: str
    run: str
    candidate: str
    algorithm: str
    data_set: str
    data: ServedData
    learnt_from: LearntFrom
    metric: str
    value: float | None
    test_rows: int
    cost: NotRequired[MonthlyCost]


class PromotionComparison(TypedDict):
    """A candidate's metric minus that of what it is judged against, in the metric's unit. The p-values are
    one-sided: of the claim that the candidate is better by more than the margin. None below the fewest rows.
    """

    candidate: str
    against: str
    value: float
    difference: float
    p_value: float | None
    p_value_adjusted: float | None


class Promotion(TypedDict):
    """runs/<run_id>/promotion.json: what becomes of production by this run's evidence.

    `candidate` goes to production under "first" and "promote", else it is None. `champion` is the live
    configuration, and `against` the name of what all finished candidates are compared with: the champion, or
    before there is one the baseline; `value` is its metric on today's rows. `margin` is in the metric's unit.
    """

    schema_version: int
    run_id: str
    mode: PromotionMode
    decision: Decision
    candidate: str | None
    champion: LiveConfiguration | None
    against: str | None
    metric: str
    value: float | None
    margin: float | None
    confidence: float
    resamples: int
    seed: int
    rows: int
    distinct: int
    comparisons: list[PromotionComparison]
    reason: str
