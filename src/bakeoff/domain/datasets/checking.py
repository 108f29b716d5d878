"""Whether the prepared data allow a fair comparison, and what the candidates' hyperparameters become with
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bakeoff.domain.datasets.facts import filled_candidates
from bakeoff.domain.errors import DatasetsNotPrepared, InputOverwritten, TooFewRows, TooManyRejectedRows
from bakeoff.domain.messages import excerpt
from bakeoff.domain.planning.splits import NAMES
from bakeoff.domain.ports import Inputs
from bakeoff.domain.reading.soundness import refuse_same_labels
from bakeoff.domain.run.documents import (
    Plan,
    PlannedCandidate,
    PlannedInput,
    SplitLabels,
    SplitRows,
    Summary,
)
from bakeoff.domain.run.files import DATASETS, REJECTED, RunFiles
from bakeoff.domain.run.planned import columns_of

# The only ProcessingJobStatus of SageMaker with which a job is done.
COMPLETED = "Completed"
# One row leaves a split's error undefined or meaningless; two is the least that has a spread.
MIN_ROWS = 2
# A sentence names so many objects at most.
_NAMED = 5
# What the Spark job calls a reason, and what helps against it; a test ties the two together.
ZERO_INDEX = "a libsvm index is 0"
_AS_CATEGORY = "name the column in `categorical` or `ignore`"
_MEND = "mend or remove such rows"
CURES = {
    "a libsvm index is above the number of features": "set FeatureCount to the number of all features",
    "the libsvm indices are not ascending": "sort the indices of each row, none twice",
    "the label is too large to be squared in single precision": "give the label in a larger unit",
    # A setting about columns makes a table mixed, which may have gaps.
    "a feature is not a number": f"{_MEND}, or name such a cell in the setting missing if it stands for no "
    "value (missing: [''] for empty ones)",
    "a feature is too large for single precision": "give the feature in a larger unit",
    "a quoted cell runs over the end of the line": "write each row on one line",
    "a feature is neither true nor false": f"write true or false, or {_AS_CATEGORY}",
    "a feature is not a date like 2026-01-31": f"write such dates, or {_AS_CATEGORY}",
    "a feature is not a time like 2026-01-31T23:59": f"write such times, or {_AS_CATEGORY}",
    "the time is missing": "give each row a time, or leave out the setting time",
}


@dataclass(frozen=True)
class JobEnd:
    """How the Spark job ended, as SageMaker describes it: it leaves a message instead of data sets."""

    status: str | None = COMPLETED
    message: str | None = None


def check_datasets(
    inputs: Inputs, run: RunFiles, ended: JobEnd = JobEnd()
) -> dict[str, list[PlannedCandidate]]:
    """The run's candidates, their hyperparameters filled with the facts of the prepared data.

    Raises DatasetsNotPrepared, InputOverwritten, TooManyRejectedRows, TooFewRows, ConstantLabel or
    HyperparameterTooLong.
    """
    _refuse_incomplete(ended)
    plan, summary = run.plan(), run.summary()
    _refuse_overwritten(inputs, plan["inputs"])
    _refuse_rejected(summary, plan["max_rejected_share"], run.uri(REJECTED))
    _refuse_unlabelled(plan, summary)
    _refuse_few(plan, summary["rows"])
    _refuse_empty_objects(run)
    # The job refuses classes that nobody can learn.
    if "label" in summary:
        _refuse_constant(summary["label"], plan["target"]["name"] if "target" in plan else None)
    return {"candidates": filled_candidates(plan, summary)}


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


def _refuse_rejected(summary: Summary, tolerated: float, where: str) -> None:
    """Features that are numbered from 0 are no matter of a share: other rows would be read amiss."""
    rejected, reasons = summary["rejected"]["total"], summary["rejected"]["reasons"]
    rows = rejected + sum(summary["rows"][split] for split in NAMES)
    if ZERO_INDEX in reasons:
        raise TooManyRejectedRows(
            f"{reasons[ZERO_INDEX]} of {rows} rows number their libsvm features from 0, but the first one "
            f"must be 1{_example(summary, ZERO_INDEX)}: write them with dump_svmlight_file(..., "
            "zero_based=False)."
        )
    if rejected > tolerated * rows:
        counts = ", ".join(f"{reason} ({count})" for reason, count in reasons.items())
        commonest = max(reasons, key=lambda reason: int(reasons[reason]))
        raise TooManyRejectedRows(
            f"{rejected} of {rows} rows are malformed, more than the tolerated share of {tolerated:g}: "
            f"{counts}{_example(summary, commonest)}. See {where}; {CURES.get(commonest, _MEND)}, or raise "
            "MaxRejectedShare."
        )


def _example(summary: Summary, reason: str) -> str:
    for example in summary["rejected"]["examples"]:
        if example["reason"] == reason:
            return f"; for example, {example['object']} has the line {excerpt(example['line'])}"
    return ""


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
                f"{_kept_together(plan)}: upload more data or change the split fractions."
            )


def _kept_together(plan: Plan) -> str:
    """What else than chance may have left a split without rows."""
    named = {column["role"]: column["name"] for column in columns_of(plan) or ()}
    if "group" in named:
        return f", where rows with the same {named['group']} share a split"
    if "time" in named:
        return f", where the latest rows by {named['time']} are the test split"
    return ""


def _refuse_empty_objects(run: RunFiles) -> None:
    """A training container reads every object under its split's prefix, and XGBoost fails on an empty one.

    Hadoop marks a folder by an object without content. Above the splits, such a marker is in nobody's way.
    """
    # "csv/train/part-0" lies in a split, and so does "csv/train/" itself.
    paths = [(name, name.split("/")) for name in run.empty_dataset_objects()]
    empty = [name for name, parts in paths if len(parts) > 2 and parts[1] in NAMES]
    if empty:
        raise DatasetsNotPrepared(
            f"{len(empty)} of the objects that training would read are empty, which it fails on; the first "
            f"is {run.uri(DATASETS)}{empty[0]}: start a new run, and let nothing else write under "
            f"{run.uri(DATASETS)} meanwhile."
        )


def _refuse_constant(label: SplitLabels, target: str | None) -> None:
    """A model that learns from equal labels knows but one number."""
    train, everything = label["train"], [label[split] for split in NAMES]
    least, most = min(split["min"] for split in everything), max(split["max"] for split in everything)
    refuse_same_labels(least, most, target)
    refuse_same_labels(train["min"], train["max"], target, rows="every training row's")
