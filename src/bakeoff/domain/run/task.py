"""What a run predicts: a number, or one of some classes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bakeoff.domain.errors import ConstantLabel, InvalidSettings
from bakeoff.domain.messages import excerpt
from bakeoff.domain.run.documents import Comparison, Summary
from bakeoff.domain.statistics.registry import TaskKind

MAX_CLASSES = 100
Section = Literal["regression", "binary", "multiclass"]
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True)
class Task:
    """`classes` are the labels as people write them, in the order in which data sets, replies and files
    number them from 0; none under regression. Of two, the second is the positive one.
    """

    kind: TaskKind
    classes: tuple[str, ...] = ()

    @property
    def positive(self) -> str | None:
        """The class whose probability counts, of two."""
        return self.classes[1] if len(self.classes) == 2 else None

    @property
    def section(self) -> Section:
        """Which part of a catalogue's entry holds: containers ask for two classes and for more otherwise."""
        if self.kind == "regression":
            return "regression"
        return "binary" if len(self.classes) == 2 else "multiclass"


REGRESSION = Task("regression")


def classification(found: Iterable[str], positive: str | None = None) -> Task:
    """The task of telling apart the classes that were `found` among the labels, in any order and number:
    numbers come in their order, anything else by code points; `positive` comes last of two.

    Raises ConstantLabel when there is one class only, InvalidSettings when there are too many of them, or
    `positive` is none of two.
    """
    classes = sorted(set(found), key=_order)
    if len(classes) < 2:
        raise ConstantLabel(
            f"The label has {_named(classes)}: to classify takes at least two classes, so choose another "
            "target or add data of others."
        )
    if len(classes) > MAX_CLASSES:
        raise InvalidSettings(
            f"The label has {len(classes):,} classes, such as {excerpt(classes[0])}, but a "
            f"classification takes 2 to {MAX_CLASSES}: {_fewer(classes)}, or choose another target."
        )
    if positive is not None:
        _require_positive(classes, positive)
        classes.sort(key=lambda name: name == positive)
    return Task("classification", tuple(classes))


def task_of(summary: Summary | Comparison) -> Task:
    """The task whose data sets were prepared, or whose candidates were compared."""
    if "classes" not in summary:
        return REGRESSION
    return Task("classification", tuple(each["name"] for each in summary["classes"]))


def _order(name: str) -> tuple[bool, float, str]:
    return (False, float(name), name) if _NUMBER.fullmatch(name) else (True, 0.0, name)


def _fewer(classes: list[str]) -> str:
    """What to do about too many. No text is a quantity."""
    if all(map(_NUMBER.fullmatch, classes)):
        return "set task: regression if they are quantities"
    return "give those that belong together one name"


def _named(classes: list[str]) -> str:
    return f"only the class {excerpt(classes[0])}" if classes else "no class"


def _require_positive(classes: list[str], positive: str) -> None:
    if len(classes) > 2:
        raise InvalidSettings(
            f"The setting positive is {excerpt(positive)}, but the label has {len(classes)} classes, none of "
            "which is the positive one: leave it out."
        )
    if positive not in classes:
        known = " and ".join(map(excerpt, classes))
        raise InvalidSettings(
            f"The setting positive is {excerpt(positive)}, but the label has the classes {known}: name one "
            "of them, as it is written in the data."
        )
