"""Evaluation with folds: every row is a test row once.

The rows are shared out among k data folds by the hash that also makes splits: the data fold of a row is
`bucket * k // buckets`. A unit is a candidate in one fold: it is tested on that data fold, validated on the
next one, and trained on the others. The final model is trained on all data folds but the first, and validated
on that; no row is held out from it.

Two folds leave a unit one data fold for both, so each is cut by the same hash into a part that trains and one
that validates, in the ratio of a split's fractions (`planning.splits.Split.part_of`). The final model is
trained on all parts but the one of the first data fold that validates.
Source: S. Geisser (1975), The Predictive Sample Reuse Method with Applications, JASA 70, 320-328.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, cast

from bakeoff.domain.run.documents import DataPart, LabelStatistics, Plan, Summary
from bakeoff.domain.run.files import fold_name

MIN_FOLDS, MAX_FOLDS = 2, 10
CUT_FOLDS = 2
"""The number of folds with which each data fold is cut in two parts."""
PARTS = ("train", "validation")
"""The parts of a data fold that is cut, in their order."""
# Two judge by models of so few rows that no sentence recommends them.
_LEAST_RECOMMENDED = 3
# Fewer say next to nothing of how much a candidate's error varies from fold to fold.
MIN_FOLD_ROWS = 50
STUDIED_FOLD = 0
"""The fold in which latency, throughput and columns' importance are measured."""


@dataclass(frozen=True)
class UnitParts:
    """Those of a unit, by their numbers (`part_names`); none are the final model's to `test`."""

    train: tuple[int, ...]
    validation: tuple[int, ...]
    test: tuple[int, ...]


def folds_of(plan: Plan) -> int:
    """How many folds a run has; 0 for one split."""
    # A saved plan of an earlier release may lack anything that nothing read of it.
    return plan.get("split", {}).get("folds", 0)


def part_names(folds: int) -> list[str]:
    """What the rows are dealt into: data folds or, where they are cut, the parts of each."""
    names = [fold_name(fold) for fold in range(folds)]
    if folds != CUT_FOLDS:
        return names
    return [f"{name}-{part}" for name in names for part in PARTS]


def unit_parts(folds: int, fold: int | None) -> UnitParts:
    """Of `folds` data folds, what the unit reads that is tested on `fold`; None for the final model."""
    of_fold = len(part_names(folds)) // folds
    validating = 0 if fold is None else (fold + 1) % folds
    # Of a fold that is cut, the last part.
    validation = (validating + 1) * of_fold - 1
    test = () if fold is None else tuple(range(fold * of_fold, (fold + 1) * of_fold))
    train = tuple(each for each in range(folds * of_fold) if each not in (*test, validation))
    return UnitParts(train, (validation,), test)


def share_of(max_rows: int, folds: int, fold: int) -> int:
    """How many of at most `max_rows` scored rows fall to a fold (0: all of its rows): an even share, and of
    what is left one to each of the first folds. A fold with fewer rows leaves its share to no other.
    """
    return max_rows // folds + (fold < max_rows % folds)


def fewer_folds(rows: int, folds: int) -> str:
    """What to do about folds of too few rows: take fewer, if even shares of the rows are twice as many as it
    takes.
    """
    enough = min(rows // (2 * MIN_FOLD_ROWS), folds - 1)
    if enough < _LEAST_RECOMMENDED:
        return "upload more data, or compare on one split (folds: 0)"
    return f"set folds to {enough} or less, or upload more data"


def chance_of_full_folds(rows: int, folds: int) -> float:
    """The chance that each fold has MIN_FOLD_ROWS of so many distinct rows, as if one fold had no say in what
    others get. Rows that stay together make folds differ more, and so leave less of a chance.
    """
    if folds < 2 or rows < folds * MIN_FOLD_ROWS:
        return float(folds < 2)
    share, choices = 1 / folds, math.lgamma(rows + 1)
    fewer = math.fsum(
        math.exp(
            choices
            - math.lgamma(count + 1)
            - math.lgamma(rows - count + 1)
            + count * math.log(share)
            + (rows - count) * math.log1p(-share)
        )
        for count in range(MIN_FOLD_ROWS)
    )
    return max(0.0, 1 - fewer) ** folds


def in_fold(fold: int | None) -> str:
    """What a log line says of a fold, by its files' name; nothing without folds."""
    return "" if fold is None else f" in {fold_name(fold)}"


def numbered(fold: int, folds: int) -> str:
    """What a sentence calls a fold; files and jobs are named by numbers from 0."""
    return f"fold {fold + 1} of {folds}"


def fold_offsets(summary: Summary) -> list[int]:
    """For each fold, how many test rows the folds before it have: what the rows of a run with folds are
    numbered by.
    """
    return [0, *accumulate(each["rows"] for each in summary["folds"])][:-1]


def fold_summaries(summary: Summary) -> list[Summary]:
    """For each fold, what the summary of a run with one split would say of its unit; nothing without folds.

    Label statistics are pooled, which is exact but for rounding. No fold or part may be without rows.
    """
    folds = len(summary.get("folds", ()))
    return [_summary_of(summary, unit_parts(folds, fold), fold) for fold in range(folds)]


def counted_parts(summary: Summary) -> list[DataPart]:
    """What is said of each of the parts that rows were dealt into, by their numbers."""
    return [part for fold in summary["folds"] for part in fold.get("parts", [fold])]


def _summary_of(summary: Summary, unit: UnitParts, fold: int) -> Summary:
    found = counted_parts(summary)
    parts = {"train": unit.train, "validation": unit.validation, "test": unit.test}
    own: dict[str, Any] = {name: value for name, value in summary.items() if name != "folds"}
    own["rows"] = {split: sum(found[each]["rows"] for each in data) for split, data in parts.items()}
    if "label" in summary:
        own["label"] = {
            split: pooled([found[each]["label"] for each in data]) for split, data in parts.items()
        }
    if "classes" in summary:
        own["classes"] = [
            {"name": each["name"]}
            | {split: sum(found[one]["classes"][number] for one in data) for split, data in parts.items()}
            for number, each in enumerate(summary["classes"])
        ]
    if "views" in (own_fold := summary["folds"][fold]):
        own["views"] = own_fold["views"]
    return cast(Summary, own)


def pooled(parts: Sequence[LabelStatistics]) -> LabelStatistics:
    """The statistics of the rows of all parts together, which have one each at least; `stddev` is the
    sample's.
    """
    count = sum(part["count"] for part in parts)
    mean = math.fsum(part["count"] * part["mean"] for part in parts) / count
    squares = math.fsum(
        (part["count"] - 1) * (part["stddev"] or 0.0) ** 2 + part["count"] * (part["mean"] - mean) ** 2
        for part in parts
    )
    return {
        "count": count,
        "mean": mean,
        "stddev": math.sqrt(squares / (count - 1)) if count > 1 else None,
        "min": min(part["min"] for part in parts),
        "max": max(part["max"] for part in parts),
    }
