"""How many test rows there are, and how many it takes, in the words of a sentence."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Rows:
    """Test rows, of which `distinct` are no copies of others; if they are `grouped`, that is how many groups
    they belong to, and a row without a group is one by itself.
    """

    count: int
    distinct: int
    grouped: bool = False

    @property
    def repeat(self) -> bool:
        return self.distinct < self.count

    @property
    def in_groups(self) -> bool:
        """Whether groups are what counts, and not rows."""
        return self.grouped and self.repeat

    @property
    def counted(self) -> str:
        """What a number of them counts."""
        if self.in_groups:
            return "groups of test rows"
        return "distinct test rows" if self.repeat else "test rows"

    def __str__(self) -> str:
        if self.in_groups:
            return f"{self.count:,} test rows in {self.distinct:,} group{'' if self.distinct == 1 else 's'}"
        return f"{self.count:,} test rows, {self.distinct:,} distinct" if self.repeat else f"{self.count}"


@dataclass(frozen=True)
class Floor:
    """A verdict takes at least `least` distinct rows, or groups, of those that the metric can use, or that
    are of the class `of_class`, which is quoted; there are `usable` ones.
    """

    usable: Rows
    least: int
    of_class: str | None = None

    @property
    def is_missed(self) -> bool:
        return self.usable.distinct < self.least

    def rows_needed(self, rows: int) -> float:
        """How many distinct rows it takes, when of `rows` as many are usable as there are."""
        return self.least * rows / self.usable.distinct if self.usable.distinct else math.inf
