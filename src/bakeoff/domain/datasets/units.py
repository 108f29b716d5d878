"""The units of a run, which are the items of the workflow's Map: without folds its candidates, with folds
each of them in each fold. A unit has names, channels and facts of its own: what trains it asks for no folds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from bakeoff.domain.datasets.facts import filled_candidate
from bakeoff.domain.run.documents import CheckedUnit, Plan, PlannedCandidate, Summary, Trial, Tuning
from bakeoff.domain.run.files import (
    DATASETS,
    FINAL,
    RunFiles,
    WritableRunFiles,
    data_part_of,
    fold_name,
    manifest_of,
    model_of,
    split_of,
)
from bakeoff.domain.run.folds import fold_summaries, folds_of, part_names, unit_parts
from bakeoff.domain.run.names import unit_resource_name, unit_tuning_name

_OF_TUNING = ("tuning", "tuning_config", "tuning_name")


def units(plan: Plan, summary: Summary, run: RunFiles) -> list[PlannedCandidate]:
    """The candidates in the plan's order, each in every fold; hyperparameters are filled with the facts of
    the rows that the unit trains on.

    Raises HyperparameterTooLong for what the data make too long, TooFewRows for what they leave no room; with
    folds, the final model's too, of which nobody should hear after the verdict only.
    """
    folds = folds_of(plan)
    whole = [filled_candidate(plan, candidate, summary) for candidate in plan["candidates"]]
    if not folds:
        return whole
    summaries = fold_summaries(summary)
    return [
        filled_candidate(plan, _unit(plan, number * folds + fold, candidate, fold, run), summaries[fold])
        for number, candidate in enumerate(plan["candidates"])
        for fold in range(folds)
    ]


def checked_unit(unit: PlannedCandidate) -> CheckedUnit:
    return {"candidate": unit["name"], "fold": unit.get("fold"), "resource_name": unit["resource_name"]}


def final_unit(run: RunFiles, candidate: str) -> PlannedCandidate | None:
    """The candidate as it is trained once more, on the rows of all folds; None without folds.

    A tuned one is trained with the values of the fold whose best objective is best, by the folds' results.
    """
    plan = run.plan()
    if not folds_of(plan):
        return None
    planned = next(each for each in plan["candidates"] if each["name"] == candidate)
    unit = _moved(plan, planned, None, run)
    filled = filled_candidate(plan, unit, run.summary())
    if "tuning" not in filled:
        return filled
    values = best_values(_tunings(run, candidate, folds_of(plan)))
    untuned = {name: value for name, value in filled.items() if name not in _OF_TUNING}
    return cast(PlannedCandidate, untuned | {"hyperparameters": {**filled["hyperparameters"], **values}})


def best_values(tunings: Iterable[Tuning]) -> dict[str, str]:
    """The values of the trial with the best objective of all folds; of equal ones, the first fold's. Nothing
    where SageMaker told of no trial that is best.
    """
    found = [(tuning, trial) for tuning in tunings if (trial := _best_trial(tuning)) is not None]
    if not found:
        return {}
    return min(found, key=lambda each: _rank(*each))[1]["values"]


def write_manifests(run: WritableRunFiles, plan: Plan, names: Sequence[str]) -> None:
    """Store what each unit and the final model read of a plain table, whose data folds are stored once;
    `names` are all objects' below `datasets/`.
    """
    folds = folds_of(plan)
    for form in plan["formats"]:
        for fold in (*range(folds), None):
            for split, listed in listed_objects(folds, fold, form, names).items():
                run.write_manifest(form, split, fold, listed)


def listed_objects(folds: int, fold: int | None, form: str, names: Sequence[str]) -> dict[str, list[str]]:
    """Of `names`, all objects below `datasets/`, those that a unit, or without a fold the final model, reads
    in each channel, by their names below the form's folder.
    """
    below = [data_part_of(form, part).removeprefix(DATASETS) for part in part_names(folds)]
    parts = [[name.removeprefix(f"{form}/") for name in names if name.startswith(one)] for one in below]
    unit = unit_parts(folds, fold)
    channels = {"train": unit.train, "validation": unit.validation}
    return {split: [name for each in read for name in parts[each]] for split, read in channels.items()}


def _unit(plan: Plan, number: int, candidate: PlannedCandidate, fold: int, run: RunFiles) -> PlannedCandidate:
    unit: PlannedCandidate = {**_moved(plan, candidate, fold, run), "fold": fold}
    if "tuning_name" in candidate:
        unit["tuning_name"] = unit_tuning_name(candidate["tuning_name"], number)
    return unit


def _moved(plan: Plan, candidate: PlannedCandidate, fold: int | None, run: RunFiles) -> PlannedCandidate:
    """With a unit's own place, name and channels; without a fold, the final model's."""
    name = candidate["name"]
    return {
        **candidate,
        "resource_name": unit_resource_name(candidate["resource_name"], name, fold),
        "model_uri": run.uri(model_of(name, _unit_name(fold))),
        "input_data_config": [
            _channel(plan, channel, fold, run) for channel in candidate["input_data_config"]
        ],
    }


def _channel(plan: Plan, channel: Mapping[str, Any], fold: int | None, run: RunFiles) -> dict[str, Any]:
    """A channel of data reads the unit's instead of the split's; one of a script stays as it is."""
    source = channel["DataSource"]["S3DataSource"]
    datasets = run.uri(DATASETS)
    if not source["S3Uri"].startswith(datasets):
        return dict(channel)
    form, split = source["S3Uri"].removeprefix(datasets).rstrip("/").split("/")
    own = (
        {"S3Uri": run.uri(split_of(form, split, _unit_name(fold)))}
        if "table" in plan
        else {"S3DataType": "ManifestFile", "S3Uri": run.uri(manifest_of(form, split, fold))}
    )
    return {**channel, "DataSource": {"S3DataSource": {**source, **own}}}


def _unit_name(fold: int | None) -> str:
    return FINAL if fold is None else fold_name(fold)


def _tunings(run: RunFiles, candidate: str, folds: int) -> list[Tuning]:
    results = [run.result(candidate, fold) for fold in range(folds)]
    return [result["tuning"] for result in results if result["status"] == "completed" and "tuning" in result]


def _best_trial(tuning: Tuning) -> Trial | None:
    return next((trial for trial in tuning["trials"] if trial["name"] == tuning["best"]), None)


def _rank(tuning: Tuning, trial: Trial) -> float:
    """The less, the better; a log may have told no number."""
    value = trial["objective"]
    if value is None:
        return math.inf
    return value if tuning["objective"]["goal"] == "minimize" else -value
