"""plan.json: everything that is decided before data are read in full."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from bakeoff.domain.run.documents.candidates import CandidateName, PlannedCandidate, PlannedReply
from bakeoff.domain.run.documents.cost import WorstCase
from bakeoff.domain.run.documents.data import DataNotes, InputRevision, PlannedInput, PlannedTable

PromotionMode = Literal["Propose", "Automatic"]
"""What the parameter Promotion says where it is not Off."""


class Setting(TypedDict):
    """What holds, and where it was said; None where nobody said anything."""

    value: Any
    source: str


class Settings(TypedDict):
    """By the names of settings.schema.json."""

    target: Setting
    task: NotRequired[Setting]
    positive: NotRequired[Setting]
    ignore: NotRequired[Setting]
    categorical: NotRequired[Setting]
    group: NotRequired[Setting]
    time: NotRequired[Setting]
    missing: NotRequired[Setting]
    importance: NotRequired[Setting]
    max_cost: NotRequired[Setting]
    algorithms: Setting
    metric: Setting
    confidence: Setting
    equivalence_margin: Setting
    preference: Setting
    folds: NotRequired[Setting]
    max_scored_rows: Setting
    latency_calls: Setting


class SplitBuckets(TypedDict):
    """Of `buckets` buckets, those below `train_below` are for training, and so on. Of a run with `folds`, the
    same buckets make that many data folds instead (`domain.run.folds`).
    """

    train_below: int
    validation_below: int
    buckets: int
    salt: str
    folds: NotRequired[int]


class PlannedTask(TypedDict):
    """What is predicted; of two classes `positive` is the one that counts, None for the second in order."""

    kind: Literal["regression", "classification"]
    positive: str | None


class LiveConfiguration(TypedDict):
    """What DescribeEndpoint says of production."""

    endpoint: str
    config: str


class PlannedChampion(CandidateName):
    """An item of the workflow's Map that is not trained: the model in production, on an endpoint of its own.
    Its fields mean what they mean of a PlannedCandidate. The run keeps its record in champion.json.
    """

    kind: Literal["champion"]
    resource_name: str
    image_uri: str
    model_data_url: str
    serving_container: dict[str, Any]
    request_content_type: str
    accept: str
    prediction_path: str
    reply: NotRequired[PlannedReply]
    endpoint_instance_type: str
    endpoint_volume: dict[str, str]


class PlannedPromotion(TypedDict):
    """Of a plan that decides about production: what is `live`, None where nothing is, whether champion.json
    has its record (`recorded`), and the `champion`, unless the plan knows already why it cannot be compared
    (`incomparable`, the end of a sentence).
    """

    mode: PromotionMode
    live: LiveConfiguration | None
    recorded: bool
    champion: NotRequired[PlannedChampion]
    incomparable: str | None


class Security(TypedDict):
    """Parts of SageMaker's requests, empty where there is nothing to ask for."""

    network: dict[str, Any]
    output: dict[str, str]
    processing_volume: dict[str, str]


class ScriptCopy(TypedDict):
    key: str
    sha256: str


class Plan(DataNotes):
    """plan.json: everything that is decided before data are read in full."""

    schema_version: int
    run_id: str
    created_at: str
    bucket: str
    data_set: NotRequired[str]
    settings: NotRequired[Settings]
    settings_file: NotRequired[InputRevision | None]
    inputs: list[PlannedInput]
    feature_dim: int
    features: NotRequired[list[str] | None]
    table: NotRequired[PlannedTable]
    task: NotRequired[PlannedTask]
    split: SplitBuckets
    formats: list[str]
    max_rejected_share: float
    datasets_uri: str
    candidates: list[PlannedCandidate]
    code: dict[str, ScriptCopy]
    scripts: NotRequired[dict[str, ScriptCopy]]
    spark_image_uri: str
    security: Security
    cost: NotRequired[WorstCase]
    promotion: NotRequired[PlannedPromotion]
