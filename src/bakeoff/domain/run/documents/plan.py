"""plan.json: everything that is decided before data are read in full."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

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


class CandidateName(TypedDict):
    """A candidate's own name, and that of the catalogue's entry that it builds on."""

    name: str
    algorithm: str


class ContainerParts(TypedDict, total=False):
    """Parts of SageMaker's requests, of entries that ask for them: of a training job, of its algorithm, of a
    model's container.
    """

    training_environment: dict[str, Any]
    metric_definitions: dict[str, Any]
    serving_container: dict[str, Any]


ReplyKind = Literal["value", "positive_probability", "probabilities", "votes", "label"]


class PlannedReply(TypedDict):
    """Where an answer stands in a JSON reply, and of what kind it is; see `domain.scoring.reply_kinds`."""

    path: str
    kind: ReplyKind


class Objective(TypedDict):
    """A metric that a training job's log tells, and whether less or more of it is better."""

    metric: str
    goal: Literal["minimize", "maximize"]


class TunedRange(TypedDict, total=False):
    """One of the three: two bounds, or values; all are texts, as SageMaker wants them. Of an integer range, a
    bound may be a fact in braces until the data are prepared.
    """

    continuous: list[str]
    integer: list[str]
    categorical: list[str]
    scale: Literal["auto", "linear", "logarithmic", "reverse-logarithmic"]


class PlannedTuning(TypedDict):
    """What a tuning job varies, by which objective, in how many training jobs of at most `job_seconds` each.
    `instead_of` has the values that the catalogue fixes otherwise; `each_fold` says that every fold has a
    tuning job of its own.
    """

    objective: Objective
    ranges: dict[str, TunedRange]
    instead_of: NotRequired[dict[str, str]]
    jobs: int
    parallel: int
    strategy: str
    seed: int
    job_seconds: int
    each_fold: NotRequired[bool]


class TaskSection(TypedDict):
    """What a candidate is given for one task, and answers."""

    hyperparameters: dict[str, str]
    reply: PlannedReply
    accept: NotRequired[str]
    tuning: NotRequired[PlannedTuning]


class ModelRequest(TypedDict):
    """How a model is asked, and where a reply has its answers."""

    request_content_type: str
    accept: str
    prediction_path: str


class PlannedTask(TypedDict):
    """What is predicted; of two classes `positive` is the one that counts, None for the second in order."""

    kind: Literal["regression", "classification"]
    positive: str | None


class PlannedCandidate(CandidateName, ContainerParts):
    """An item of the workflow's Map; sizes are in GB, volumes parts of SageMaker's requests. Of a
    classification the plan has `tasks` by the number of classes, and the Map's items the one that holds. Of a
    tuned candidate, `tuning_name` is what its tuning jobs' names begin with, and the Map's items have the
    `tuning_config` of the job.

    With folds, an item is a unit: the candidate in one `fold`, with names, channels and filled
    hyperparameters of its own (`domain.datasets.units`); what the plan has of them is as of one split.
    """

    fold: NotRequired[int]

    hyperparameters: dict[str, str]
    request_content_type: str
    accept: str
    prediction_path: str
    reply: NotRequired[PlannedReply]
    tasks: NotRequired[dict[str, TaskSection]]
    resource_name: str
    image_uri: str
    view: NotRequired[str]
    input_data_config: list[dict[str, Any]]
    model_uri: str
    training_instance_type: str
    training_volume: dict[str, str]
    endpoint_instance_type: str
    endpoint_volume: dict[str, str]
    volume_gb: int
    spot: bool
    stopping_condition: dict[str, int]
    tuning_name: NotRequired[str]
    tuning: NotRequired[PlannedTuning]
    tuning_config: NotRequired[dict[str, Any]]


class CheckedUnit(TypedDict):
    """What the workflow carries of an item of its Map; without folds, `fold` is None."""

    candidate: str
    fold: int | None
    resource_name: str


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
