"""The units that a run's Map goes through: candidates or, with folds, candidates in one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from bakeoff_cli.documents import json_of
from bakeoff_cli.text import one_line


class UnitName(NamedTuple):
    """`fold` counts from 0, as in the names of files and jobs, a sentence from 1; None without folds."""

    candidate: str
    fold: int | None = None

    def __str__(self) -> str:
        return self.candidate if self.fold is None else f"{self.candidate}, fold {self.fold + 1}"


def unit_of(state_input: str | None) -> UnitName | None:
    """The unit in the input of its first state, the item itself or one field that holds it; None when Step
    Functions has cut the input short.
    """
    item = json_of(state_input)
    fields = [item, *item.values()] if isinstance(item, dict) else []
    found = (each for each in fields if isinstance(each, dict) and "algorithm" in each and "name" in each)
    return next((_unit(each["name"], each) for each in found), None)


def units_of_map(state_input: str | None) -> list[UnitName]:
    """The units in their order, by the input of the Map; none when Step Functions has cut it short."""
    return list(_units(json_of(state_input)))


def _units(items: Any) -> Iterator[UnitName]:
    for item in items if isinstance(items, list) else ():
        # Earlier releases handed the Map its items, which have a name.
        name = item.get("candidate", item.get("name")) if isinstance(item, dict) else None
        if isinstance(name, str):
            yield _unit(name, item)


def _unit(name: object, item: Mapping[str, Any]) -> UnitName:
    fold = item.get("fold")
    return UnitName(one_line(str(name)), fold if isinstance(fold, int) else None)
