"""The columns of a mixed table, as plan.json lists them, and where their cells lie in a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

_WANTED = "the setting categorical"
PARTS = {"date": ("day", "month", "weekday"), "timestamp": ("day", "month", "weekday", "second")}


@dataclass(frozen=True)
class TableColumn:
    name: str
    role: str
    kind: str
    is_wanted: bool  # a person has asked for it as a category


@dataclass(frozen=True)
class Columns:
    """Those that are not ignored, the label first.

    A row is two arrays of canonical texts, "" where a value is missing: `numbers` and `texts` of all
    other kinds, the label first among its own. Beside them there are `parts`, the numbers that dates and
    times are made of.
    """

    kept: Sequence[TableColumn]

    @classmethod
    def of(cls, plan: Mapping[str, Any]) -> Columns:
        listed = (column for column in plan["table"]["columns"] if column["role"] != "ignored")
        return cls(
            [
                TableColumn(column["name"], column["role"], column["kind"], column.get("why") == _WANTED)
                for column in listed
            ]
        )

    @cached_property
    def numbers(self) -> list[int]:
        """Which of the kept columns are numbers, in order."""
        return [place for place, column in enumerate(self.kept) if column.kind == "number"]

    @cached_property
    def texts(self) -> list[int]:
        return [place for place, column in enumerate(self.kept) if column.kind != "number"]

    @cached_property
    def moments(self) -> list[int]:
        """Which of the texts are dates or times."""
        return [place for place, column in enumerate(self.of_texts) if column.kind in PARTS]

    @property
    def of_texts(self) -> list[TableColumn]:
        return [self.kept[place] for place in self.texts]

    @cached_property
    def order(self) -> list[int]:
        """Where each kept column's cell lies in the numbers and, after them, the texts."""
        places = {place: i for i, place in enumerate([*self.numbers, *self.texts])}
        return [places[place] for place in range(len(self.kept))]

    @cached_property
    def measures(self) -> list[tuple[int, str]]:
        """What the numbers and, after them, the parts are: a kept column and, of a date, the part's name."""
        parts = [
            (self.texts[place], part) for place in self.moments for part in PARTS[self.of_texts[place].kind]
        ]
        return [*((place, "") for place in self.numbers), *parts]

    @property
    def has_classes(self) -> bool:
        """Whether the label is a text, then the first of the texts, and not the first of the numbers."""
        return self.kept[0].kind == "category"

    @property
    def features(self) -> list[int]:
        return [place for place, column in enumerate(self.kept) if column.role == "feature"]

    def with_role(self, role: str) -> int | None:
        return next((place for place, column in enumerate(self.kept) if column.role == role), None)
