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


@dataclass(frozen=True)
class Unit:
    """What one model is trained and judged on: the data folds of each of its SPLITS."""

    name: str
    folds: Mapping[str, Sequence[int]]


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
    """What a row's `split` is the place in: the SPLITS, or the data folds."""
    return [fold_name(fold) for fold in range(folds_of(plan))] or list(SPLITS)


def fold_name(fold: int) -> str:
    return f"fold-{fold}"


def units_of(folds: int) -> list[Unit]:
    """One for each data fold, which is its test split; the next one validates, and the others train. Then the
    final one, which has no test split. [] for no folds.
    """
    if not folds:
        return []
    final = Unit(FINAL, dict(zip(SPLITS, (range(1, folds), [0], []), strict=True)))
    return [*(_unit(fold, folds) for fold in range(folds)), final]


def _unit(fold: int, folds: int) -> Unit:
    following = (fold + 1) % folds
    train = [other for other in range(folds) if other not in (fold, following)]
    return Unit(fold_name(fold), dict(zip(SPLITS, (train, [following], [fold]), strict=True)))
