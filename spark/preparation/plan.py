"""The plan of a run, as the plan function wrote it: its inputs, and what rows are split into."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from preparation.failures import JobError

Plan = Mapping[str, Any]  # plan.json, schema_version 1
SPLITS = ("train", "validation", "test")
FINAL = "final"
MAX_FOLDS = 10
CUT_FOLDS = 2  # so many leave none to train on, so each is cut in PARTS
PARTS = ("train", "validation")


@dataclass(frozen=True)
class Unit:
    """What one model is trained and judged on: of each of its SPLITS the parts, by their numbers."""

    name: str
    parts: Mapping[str, Sequence[int]]


def read_plan(path: Path) -> Plan:
    try:
        plan: Plan = json.loads(path.read_text("utf-8"))
        if not plan["inputs"]:
            raise ValueError("it lists no inputs")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise JobError(f"The plan {path} cannot be used ({error}); start a new run.") from error
    return plan


def folds_of(plan: Plan) -> int:
    """How many data folds there are; 0 for one split."""
    return int(plan["split"].get("folds", 0))


def splits_of(plan: Plan) -> list[str]:
    """What a row's `split` is the place in: the SPLITS, or with folds the parts."""
    return part_names(folds_of(plan)) or list(SPLITS)


def fold_name(fold: int) -> str:
    return f"fold-{fold}"


def part_names(folds: int) -> list[str]:
    """The data folds or, where they are cut, the parts of each."""
    names = [fold_name(fold) for fold in range(folds)]
    return [f"{name}-{part}" for name in names for part in PARTS] if folds == CUT_FOLDS else names


def units_of(folds: int) -> list[Unit]:
    """One for each data fold, which is its test split; the next one validates, or where it is cut its last
    part, and all others train. Then the final one, which has no test split. [] for no folds.
    """
    if not folds:
        return []
    units = [_unit(folds, fold_name(fold), fold, (fold + 1) % folds) for fold in range(folds)]
    return [*units, _unit(folds, FINAL, None, 0)]


def _unit(folds: int, name: str, tested: int | None, validating: int) -> Unit:
    """What a unit reads by the data folds that test and validate it."""
    of_fold = len(part_names(folds)) // folds
    test = [] if tested is None else range(tested * of_fold, (tested + 1) * of_fold)
    validation = (validating + 1) * of_fold - 1
    train = [part for part in range(folds * of_fold) if part not in (*test, validation)]
    return Unit(name, dict(zip(SPLITS, (train, [validation], test), strict=True)))
