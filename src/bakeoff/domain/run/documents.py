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
    `width` counts the cells of a row: both are None for libsvm. Of Parquet there is neither delimiter nor
    width, and positions are those of its schema. `decimal` is what a number has before its fraction, "." or
    ",".
    """

    format: str
    compression: str
    delimiter: str | None
    header: str | None
    names: list[str] | None
    skip: list[str]
    columns: list[int] | None
    width: int | None
    decimal: NotRequired[str]


class PlannedInput(InputRevision, Reading):
    """An upload that the run reads, at `uri`: its own place, or a copy under a name that Spark reads well."""

    uri: str


class IgnoredObject(TypedDict):
    """What lies under Inputs/ and is no data."""

    key: str
    why: str


class TableColumn(TypedDict):
    """A column of a mixed table. `why` says what is no matter of course: who or what made it so."""

    name: str
    role: Literal["label", "feature", "group", "time", "ignored"]
    kind: Literal["number", "boolean", "category", "date", "timestamp", "text"]
    why: NotRequired[str]


class PlannedTable(TypedDict):
    """A mixed table: its label, then its other columns, by name or (without names) by position. `missing`
    are all spellings of "no value", in lower case.
    """

    columns: list[TableColumn]
    missing: list[str]
    max_levels: int


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
    task: NotRequired[Setting]
    positive: NotRequired[Setting]
    ignore: NotRequired[Setting]
    categorical: NotRequired[Setting]
    group: NotRequired[Setting]
    time: NotRequired[Setting]
    missing: NotRequired[Setting]
    importance: NotRequired[Setting]
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


ReplyKind = Literal["value", "positive_probability", "probabilities", "votes", "label"]


class PlannedReply(TypedDict):
    """Where an answer stands in a JSON reply, and of what kind it is; see `domain.scoring.reply_kinds`."""

    path: str
    kind: ReplyKind


class TaskSection(TypedDict):
    """What a candidate is given for one task, and answers."""

    hyperparameters: dict[str, str]
    reply: PlannedReply
    accept: NotRequired[str]


class PlannedTask(TypedDict):
    """What is predicted; of two classes `positive` is the one that counts, None for the second in order."""

    kind: Literal["regression", "classification"]
    positive: str | None


class PlannedCandidate(CandidateName, ContainerParts):
    """An item of the workflow's Map; sizes are in GB, volumes parts of SageMaker's requests. Of a
    classification the plan has `tasks` by the number of classes, and the Map's items the one that holds.
    """

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


class ClassRows(TypedDict):
    """How many rows of each split have the class, whose `name` is the label as people write it."""

    name: str
    train: int
    validation: int
    test: int


class TaskNotes(TypedDict, total=False):
    """Absent under regression."""

    classes: list[ClassRows]


class ViewSize(TypedDict):
    features: int


class TimeSplit(TypedDict):
    """The test split of a plan with a time: the rows from `test_from` on."""

    column: str
    test_from: str


class Summary(TaskNotes):
    """datasets/summary.json: what the Spark job found; it is the last file that the job writes.

    `classes` are those of a classification, in the order of their numbers in the data sets; of two, the
    second is the positive one. Of a mixed table it also has the `views`, and how many rows were left out
    because they have no label. There are statistics of a `label` of numbers only.
    """

    schema_version: int
    run_id: str
    feature_dim: int
    rows: SplitRows
    label: NotRequired[SplitLabels]
    rejected: Rejected
    views: NotRequired[dict[str, ViewSize]]
    unlabelled: NotRequired[int]
    time: NotRequired[TimeSplit]


class EncodedView(TypedDict):
    """The features of a view, in their order; `categorical` are positions from 1 of those that are codes."""

    features: list[str]
    categorical: NotRequired[list[int]]


class EncodedColumn(TypedDict):
    """What the training rows say of a feature column: `missing` of them have no value in it, `fill` is what
    stands in for one (of dates: by part). `levels` come most frequent first, and after them those that are
    `rare` together; `unlisted_levels` are still rarer, and read like what training never saw. A column that
    is `dropped` says why, and has none of it.
    """

    name: str
    kind: str
    missing: NotRequired[int]
    fill: NotRequired[str | dict[str, str]]
    levels: NotRequired[list[str]]
    rare: NotRequired[list[str]]
    rare_rows: NotRequired[int]
    unlisted_levels: NotRequired[int]
    dropped: NotRequired[str]


class Encoding(TypedDict):
    """datasets/encoding.json of a mixed table: how a row becomes the features of each view."""

    schema_version: int
    run_id: str
    label: str
    missing: list[str]
    train_rows: int
    columns: list[EncodedColumn]
    views: dict[str, EncodedView]


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
