"""The classes of a label: their names, their numbers from 0, and how many rows of each split have them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from preparation.arrays import constant
from preparation.collecting import collected
from preparation.failures import JobError, shortened
from preparation.mixed.columns import Columns
from preparation.plan import SPLITS, Plan, folds_of, splits_of, units_of

MAX_CLASSES = 100
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_NAMED = 5


@dataclass(frozen=True)
class Classes:
    """In the order of their numbers; each of `rows` counts those of a class by split, with how many were
    `moved` to the training split, if any. None of a number. With folds, the splits are the final unit's, and
    `parts` counts the rows of each class in each part.
    """

    rows: Sequence[Mapping[str, Any]] = ()
    parts: Sequence[Sequence[int]] = ()

    @property
    def names(self) -> list[str]:
        return [str(each["name"]) for each in self.rows]

    @property
    def moved(self) -> list[str]:
        """Those whose rows all train, because the split had given none to training."""
        return [str(each["name"]) for each in self.rows if "moved" in each]

    @property
    def number(self) -> Column:
        """Of a row with texts, as a text; null for what is no row."""
        numbers = {name: str(number) for number, name in enumerate(self.names)}
        return constant(numbers, "map<string,string>")[F.col("texts")[0]]


def classes_of(rows: DataFrame, plan: Plan, columns: Columns) -> Classes:
    """Of rows with texts and split, of all splits: the test split may have a class that training has not.

    Raises JobError for classes that nobody can learn to tell apart.
    """
    if not columns.has_classes:
        return Classes()
    splits, folds = splits_of(plan), folds_of(plan)
    counts = [F.count(F.when(F.col("split") == place, 1)).alias(name) for place, name in enumerate(splits)]
    labels = rows.where(F.col("split").isNotNull()).groupBy(F.col("texts")[0].alias("name")).agg(*counts)
    found = collected(labels.limit(MAX_CLASSES + 1))
    positive, label = plan.get("task", {}).get("positive"), columns.kept[0].name
    found.sort(key=lambda each: (each["name"] == positive, *_order(each["name"])))
    if found:
        _refuse_names([each["name"] for each in found], positive, shortened(label, 100))
        is_together = columns.with_role("group") is not None or columns.with_role("time") is not None
        if is_together and not folds:
            _refuse_unlearnt(found, shortened(label, 100))
    if folds:
        return _of_folds(found, splits, folds)
    return Classes([_told(each["name"], {split: each[split] for split in SPLITS}) for each in found])


def learnable(rows: DataFrame, classes: Classes) -> DataFrame:
    """Rows of a class that no training row has all train: of a class of one row or two, chance may leave
    none to training, which no model could then learn.
    """
    if not classes.moved:
        return rows
    is_moved = F.col("texts")[0].isin(classes.moved) & F.col("split").isNotNull()
    return rows.withColumn("split", F.when(is_moved, F.lit(0)).otherwise(F.col("split")))


def _of_folds(found: Sequence[Mapping[str, Any]], parts: Sequence[str], folds: int) -> Classes:
    """No row changes its data fold: whoever checks the data sets refuses a class that one of them lacks."""
    counts = [[each[part] for part in parts] for each in found]
    final = units_of(folds)[-1].parts
    rows = [
        {"name": each["name"], **{split: sum(count[part] for part in final[split]) for split in SPLITS}}
        for each, count in zip(found, counts, strict=True)
    ]
    return Classes(rows, [[count[part] for count in counts] for part in range(len(parts))])


def _told(name: str, counts: Mapping[str, int]) -> Mapping[str, Any]:
    if counts[SPLITS[0]]:
        return {"name": name, **counts}
    count = sum(counts.values())
    return {"name": name, **dict.fromkeys(SPLITS, 0), SPLITS[0]: count, "moved": count}


def _order(name: str) -> tuple[bool, float, str]:
    """Numbers in their order, anything else by code points; as the plan has it."""
    return (False, float(name), name) if _NUMBER.fullmatch(name) else (True, 0.0, name)


def _refuse_names(names: Sequence[str], positive: str | None, label: str) -> None:
    if len(names) < 2:
        raise JobError(
            f"The label {label} has only the class {_said(names[0])}: to classify takes at least two "
            "classes, so choose another target or add data of others."
        )
    if len(names) > MAX_CLASSES:
        raise JobError(
            f"The label {label} has more than {MAX_CLASSES} classes, such as {_said(names[0])}: "
            f"{_fewer(names)}, or choose another target."
        )
    _refuse_alike(names, label)
    if positive is not None and len(names) > 2:
        raise JobError(
            f"The setting positive is {_said(positive)}, but the label has {len(names)} classes, none of "
            "which is the positive one: leave it out."
        )
    if positive is not None and positive not in names:
        known = " and ".join(map(_said, names))
        raise JobError(
            f"The setting positive is {_said(positive)}, but the label has the classes {known}: name one of "
            "them, as it is written in the data."
        )


def _fewer(names: Sequence[str]) -> str:
    """What to do about too many. No text is a quantity."""
    if all(map(_NUMBER.fullmatch, names)):
        return "set task: regression if they are quantities"
    return "give those that belong together one name"


def _refuse_alike(names: Sequence[str], label: str) -> None:
    known: dict[Any, str] = {}
    for name in names:
        lower, number = name.lower(), _NUMBER.fullmatch(name)
        meaning = float(name) if number else lower if lower in ("true", "false") else name
        if (other := known.setdefault(meaning, name)) != name:
            raise JobError(
                f"The classes {_said(other)} and {_said(name)} of the label {label} mean the same: write "
                "them alike."
            )


def _refuse_unlearnt(found: Sequence[Mapping[str, Any]], label: str) -> None:
    unlearnt = [each["name"] for each in found if not each[SPLITS[0]]]
    if unlearnt:
        named = ", ".join(map(_said, unlearnt[:_NAMED]))
        more = f" and {len(unlearnt) - _NAMED} more" if len(unlearnt) > _NAMED else ""
        noun = "class" if len(unlearnt) == 1 else "classes"
        raise JobError(
            f"No training row has the {noun} {named}{more} of the label {label}, so no model can "
            "learn it: add rows, or remove those that there are."
        )


def _said(name: str) -> str:
    return repr(shortened(name, 60))
