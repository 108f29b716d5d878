"""The JSON documents of a run, as they are written and read (docs/architecture.md says by whom).

All have schema version 1. What an earlier release did not write is not required: a run may outlive an update,
and `bakeoff verify` reads folders of any age.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

SCHEMA_VERSION = 1

MetricValues = dict[str, float | None]
"""By the metric's name; None where the labels leave it undefined."""


class TargetColumn(TypedDict):
    """The label: its name (None without a header), its position from 1, and who said so."""

    name: str | None
    position: int
    source: str


class InputRevision(TypedDict):
    """One revision of an upload, of `bytes` bytes."""

    key: str
    version_id: str
    etag: str
    bytes: int


class Reading(TypedDict):
    """How an upload is read. `names` are for people; `columns` are positions from 0, the label's first, and
    `width` counts the cells of a row: both are None for libsvm.
    """

    format: str
    compression: str
    delimiter: str | None
    header: str | None
    names: list[str] | None
    skip: list[str]
    columns: list[int] | None
    width: int | None


class PlannedInput(InputRevision, Reading):
    """An upload that the run reads, at `uri`: its own place, or a copy under a name that Spark reads well."""

    uri: str


class IgnoredObject(TypedDict):
    """What lies under Inputs/ and is no data."""

    key: str
    why: str


class DataNotes(TypedDict, total=False):
    """What was assumed of the data; absent from what an earlier release wrote."""

    target: TargetColumn
    notes: list[str]
    ignored: list[IgnoredObject]


class Setting(TypedDict):
    """What holds, and where it was said; None where nobody said anything."""

    value: Any
    source: str


class Settings(TypedDict):
    """By the names of settings.schema.json."""

    target: Setting
    algorithms: Setting
    metric: Setting
    confidence: Setting
    equivalence_margin: Setting
    preference: Setting
    max_scored_rows: Setting
    latency_calls: Setting


class SplitBuckets(TypedDict):
    """Of `buckets` buckets, those below `train_below` are for training, and so on."""

    train_below: int
    validation_below: int
    buckets: int
    salt: str


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


class PlannedCandidate(CandidateName, ContainerParts):
    """An item of the workflow's Map; sizes are in GB, volumes parts of SageMaker's requests."""

    hyperparameters: dict[str, str]
    request_content_type: str
    accept: str
    prediction_path: str
    resource_name: str
    image_uri: str
    input_data_config: list[dict[str, Any]]
    model_uri: str
    training_instance_type: str
    training_volume: dict[str, str]
    endpoint_instance_type: str
    endpoint_volume: dict[str, str]
    volume_gb: int
    spot: bool
    stopping_condition: dict[str, int]


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
    split: SplitBuckets
    formats: list[str]
    max_rejected_share: float
    datasets_uri: str
    candidates: list[PlannedCandidate]
    code: dict[str, ScriptCopy]
    scripts: NotRequired[dict[str, ScriptCopy]]
    spark_image_uri: str
    security: Security


SplitName = Literal["train", "validation", "test"]


class SplitRows(TypedDict):
    """How many rows each split holds."""

    train: int
    validation: int
    test: int


class LabelStatistics(TypedDict):
    """Of one split, in the label's unit; None where there are too few rows for it."""

    count: int
    mean: float
    stddev: float | None
    min: float
    max: float


class SplitLabels(TypedDict):
    train: LabelStatistics
    validation: LabelStatistics
    test: LabelStatistics


class RejectedRow(TypedDict):
    reason: str
    object: str
    line: str


class Rejected(TypedDict):
    """Counts by reason, and one row of each reason, five at most."""

    total: int
    reasons: dict[str, int]
    examples: list[RejectedRow]


class Summary(TypedDict):
    """datasets/summary.json: what the Spark job found; it is the last file that the job writes."""

    schema_version: int
    run_id: str
    feature_dim: int
    rows: SplitRows
    label: SplitLabels
    rejected: Rejected


class Latency(TypedDict):
    """Of single-row requests, in milliseconds."""

    p50: float
    p95: float


class TrainingTimes(TypedDict):
    """In seconds; None when SageMaker does not say."""

    training_seconds: float | None
    billable_seconds: float | None


class CompletedResult(CandidateName, TrainingTimes):
    """results/<name>.json of a candidate that was scored; `resolved_image` is what served it, by digest."""

    status: Literal["completed"]
    error: None
    metrics: MetricValues
    scored_rows: int
    rows_per_second: float
    latency_ms: Latency
    resolved_image: NotRequired[str]


class FailedResult(CandidateName, TrainingTimes):
    """results/<name>.json of a candidate that did not finish; `error` says why in one sentence."""

    status: Literal["failed"]
    error: str
    metrics: None
    scored_rows: int
    rows_per_second: None
    latency_ms: None


Result = CompletedResult | FailedResult


class CompletedCandidate(CompletedResult):
    """`beats_baseline` is None where the metric is undefined."""

    beats_baseline: bool | None


class FailedCandidate(FailedResult):
    beats_baseline: None


ComparedCandidate = CompletedCandidate | FailedCandidate


class ComparedData(SplitRows, DataNotes):
    """`scored` rows judged, of which `distinct` are no copies of others."""

    feature_dim: int
    rejected: int
    objects: list[InputRevision]
    scored: int
    distinct: NotRequired[int]


class Baseline(TypedDict):
    """What always predicting the training labels' mean would have achieved."""

    name: str
    prediction: float
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


class Comparison(TypedDict):
    """comparison.json: the candidates, best first, then those that failed."""

    schema_version: int
    run_id: str
    metric: str
    dataset: ComparedData
    candidates: list[ComparedCandidate]
    baseline: Baseline
    verdict: Verdict
