"""What plan.json and the workflow's items say of a candidate."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


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
