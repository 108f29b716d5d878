"""What the Spark job found: datasets/summary.json and datasets/encoding.json."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

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
    """There are none of test rows that there are none of: of the final model of a run with folds."""

    train: LabelStatistics
    validation: LabelStatistics
    test: NotRequired[LabelStatistics]


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
    """How many rows of each split have the class, whose `name` is the label as people write it. All `moved`
    rows of a class train because the split had given none of them to training.
    """

    name: str
    train: int
    validation: int
    test: int
    moved: NotRequired[int]


class TaskNotes(TypedDict, total=False):
    """Absent under regression."""

    classes: list[ClassRows]


class ViewSize(TypedDict):
    """How many features a view has; `categorical` as in EncodedView."""

    features: int
    categorical: NotRequired[list[int]]


class TimeSplit(TypedDict):
    """The test split of a plan with a time: the rows from `test_from` on."""

    column: str
    test_from: str


class DataPart(TypedDict):
    """Some of a run's rows: how many there are, and the statistics of a label of numbers, or how many rows
    each class has, in the order of the classes.
    """

    rows: int
    label: NotRequired[LabelStatistics]
    classes: NotRequired[list[int]]


class DataFold(DataPart):
    """One of the k data folds of a run; of a mixed table also the `views` of the unit that is tested on it,
    whose encoders are its own. A fold that is cut has `parts`: what it trains in another unit, and what it
    validates there.
    """

    views: NotRequired[dict[str, ViewSize]]
    parts: NotRequired[list[DataPart]]


class Summary(TaskNotes):
    """datasets/summary.json: what the Spark job found; it is the last file that the job writes.

    `classes` are those of a classification, in the order of their numbers in the data sets; of two, the
    second is the positive one. Of a mixed table it also has the `views`, and how many rows were left out
    because they have no label. There are statistics of a `label` of numbers only.

    With `folds`, everything else is of the final model, which is trained on all of them but the first (of two
    folds, but a part of the first) and validated on that; `domain.run.folds.fold_summaries` tells what holds
    for each unit.
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
    folds: NotRequired[list[DataFold]]


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
