"""Whether the prepared data allow a fair comparison, and what the candidates' hyperparameters become with
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bakeoff.domain.datasets.champion import champion_units, checked_champion
from bakeoff.domain.datasets.fold_checks import refuse_unfit_folds
from bakeoff.domain.datasets.rejected import refuse_rejected
from bakeoff.domain.datasets.units import checked_unit, units, write_manifests
from bakeoff.domain.errors import DatasetsNotPrepared, InputOverwritten, TooFewRows
from bakeoff.domain.planning.splits import NAMES
from bakeoff.domain.ports import Inputs
from bakeoff.domain.reading.soundness import refuse_same_labels
from bakeoff.domain.run.documents import (
    CheckedUnit,
    LabelStatistics,
    Plan,
    PlannedInput,
    SplitRows,
    Summary,
)
from bakeoff.domain.run.files import DATASETS, FINAL, REJECTED, RunFiles, WritableRunFiles
from bakeoff.domain.run.folds import PARTS, fold_summaries, folds_of, numbered
from bakeoff.domain.run.planned import kept_together

# The only ProcessingJobStatus of SageMaker with which a job is done.
COMPLETED = "Completed"
# One row leaves a split's error undefined or meaningless; two is the least that has a spread.
MIN_ROWS = 2
# A sentence names so many objects at most.
_NAMED = 5
# Other labels there are, for "every label is the same" comes first.
_OTHER_FOLDS = "Set another number of folds, compare on one split (folds: 0)"
# "csv/train/part-0" lies in a split, and so does "csv/train/" itself; with folds, "csv/fold-0/train/part-0"
# does, and "csv/fold-0-part-0" and "csv/fold-0-train-part-0" are read as they are.
_TRAINED_ON = re.compile(
    rf"[^/]+/((fold-\d+/|{FINAL}/)?({'|'.join(NAMES)})/|fold-\d+-(({'|'.join(PARTS)})-)?part-)"
)


@dataclass(frozen=True)
class JobEnd:
    """How the Spark job ended, as SageMaker describes it: it leaves a message instead of data sets."""

    status: str | None = COMPLETED
    message: str | None = None


def check_datasets(
    inputs: Inputs, run: WritableRunFiles, ended: JobEnd = JobEnd()
) -> dict[str, list[CheckedUnit]]:
    """Store the items of the workflow's Map (`units`) and what they read; returns what they are called.

    Raises DatasetsNotPrepared, InputOverwritten, TooManyRejectedRows, TooFewRows, ConstantLabel or
    HyperparameterTooLong.
    """
    _refuse_incomplete(ended)
    plan, summary = run.plan(), run.summary()
    _refuse_overwritten(inputs, plan["inputs"])
    refuse_rejected(summary, plan["max_rejected_share"], run.uri(REJECTED))
    _refuse_unlabelled(plan, summary)
    if folds_of(plan):
        refuse_unfit_folds(plan, summary)
    else:
        _refuse_few(plan, summary["rows"])
    objects = run.dataset_objects()
    _refuse_empty_objects(run, [name for name, size in objects.items() if not size])
    # The job refuses classes that nobody can learn.
    if "label" in summary:
        _refuse_constant(plan, summary)
    found = units(plan, summary, run)
    if folds_of(plan) and "table" not in plan:
        write_manifests(run, plan, list(objects))
    champions = champion_units(plan, summary, run)
    run.write_units([*found, *champions])
    return {"units": [*map(checked_unit, found), *map(checked_champion, champions)]}


def _refuse_incomplete(ended: JobEnd) -> None:
    if ended.message:
        raise DatasetsNotPrepared(ended.message)
    if ended.status != COMPLETED:
        raise DatasetsNotPrepared(
            f"SageMaker reports the processing job as {ended.status}, so there may be data sets of a part of "
            "the data only: somebody stopped it, or it took longer than RunTimeoutSeconds lets it."
        )


def _refuse_overwritten(inputs: Inputs, planned: Sequence[PlannedInput]) -> None:
    """Spark opens the newest revision of a key, not the planned one; a copy of the run's own is safe."""
    read = {
        item["key"]: item["version_id"]
        for item in planned
        if item["uri"] == f"s3://{inputs.bucket}/{item['key']}"
    }
    overwritten = inputs.overwritten(read)
    if overwritten:
        raise InputOverwritten(
            f"{', '.join(overwritten[:_NAMED])} changed while this run read it, so its rows may be of either "
            "upload: the newer upload has a run of its own, which compares all data."
        )


def _refuse_unlabelled(plan: Plan, summary: Summary) -> None:
    """Rows without a label are left out, and no malformed rows; but some must have one."""
    rows, unlabelled = sum(summary["rows"][split] for split in NAMES), summary.get("unlabelled", 0)
    if unlabelled and not rows:
        name = plan["target"]["name"] if "target" in plan else None
        label = f"label ({name})" if name else "label"
        raise TooFewRows(
            f"None of {unlabelled} rows has a {label}, so there is nothing to learn from: set Target to the "
            "column to predict, or upload rows with their labels."
        )


def _refuse_few(plan: Plan, rows: SplitRows) -> None:
    everything = sum(rows[split] for split in NAMES)
    for split in NAMES:
        if rows[split] < MIN_ROWS:
            raise TooFewRows(
                f"The {split} split has {rows[split]} of {everything} rows and needs at least {MIN_ROWS}"
                f"{kept_together(plan)}: upload more data or change the split fractions."
            )


def _refuse_empty_objects(run: RunFiles, empty: Sequence[str]) -> None:
    """A training container reads every object of its channel, and XGBoost fails on an empty one.

    Hadoop marks a folder by an object without content. Above the splits, such a marker is in nobody's way.
    """
    read = [name for name in empty if _TRAINED_ON.match(name)]
    if read:
        raise DatasetsNotPrepared(
            f"{len(read)} of the objects that training would read are empty, which it fails on; the first "
            f"is {run.uri(DATASETS)}{read[0]}: start a new run, and let nothing else write under "
            f"{run.uri(DATASETS)} meanwhile."
        )


def _refuse_constant(plan: Plan, summary: Summary) -> None:
    """A model that learns from equal labels knows but one number."""
    target = plan["target"]["name"] if "target" in plan else None
    label = summary["label"]
    found = [label[split] for split in NAMES if split in label]
    least, most = min(each["min"] for each in found), max(each["max"] for each in found)
    refuse_same_labels(least, most, target)
    for rows, train in _training_labels(summary):
        cure = {"cure": _OTHER_FOLDS} if "folds" in summary else {}
        refuse_same_labels(train["min"], train["max"], target, rows, **cure)


def _training_labels(summary: Summary) -> Iterator[tuple[str, LabelStatistics]]:
    """The labels that models learn from, and what their sentence begins with."""
    units = fold_summaries(summary)
    if not units:
        yield "every training row's", summary["label"]["train"]
    # The final model learns from all rows that the first unit does, and more.
    for fold, unit in enumerate(units):
        yield f"in {numbered(fold, len(units))}, every training row's", unit["label"]["train"]
