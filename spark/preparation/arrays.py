"""Arrays of cells, element by element: written out where they are short, so that Spark compiles them; else by
a lambda, which it interprets, because thousands of expressions take longer to compile than to interpret.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pyspark.sql import Column
from pyspark.sql import functions as F

from preparation.spelling import let

WRITTEN_OUT = 100  # elements; at most so many are expressions of their own
Place = Any  # of an element: an int, or in a lambda a Column


def is_written_out(count: int) -> bool:
    return count <= WRITTEN_OUT


def constant(value: Any, kind: str) -> Column:
    """A literal of any size in one call to Java; `kind` is its type in SQL."""
    return F.from_json(F.lit(json.dumps(value)), kind)


def pick(values: Sequence[Any], place: Place, kind: str = "string") -> Column:
    """Of constants, the one at a place."""
    if isinstance(place, int):
        return constant(values[place], kind) if kind.startswith(("array", "map")) else F.lit(values[place])
    return F.get(constant(list(values), f"array<{kind}>"), place)


def each(cells: Column, count: int, function: Callable[[Column, Place], Column]) -> Column:
    """`function(cell, place)` of all `count` cells."""
    if is_written_out(count):
        return array_of([function(cells[place], place) for place in range(count)])
    return F.transform(cells, function)


def gather(arrays: Mapping[str, int], places: Sequence[int]) -> Column:
    """The cells at those places of columns, one after the other, whose sizes are known; in that order."""
    if not places:
        return array_of([])
    if is_written_out(len(places)):
        names = [f"`{name}`[{place}]" for name, size in arrays.items() for place in range(size)]
        return F.expr(f"array({', '.join(names[place] for place in places)})")
    chosen = constant(list(places), "array<int>")
    whole = F.concat(*(F.col(f"`{name}`") for name, size in arrays.items() if size))
    return let(whole, lambda cells: F.transform(chosen, lambda place: F.get(cells, place)))


def array_of(elements: Sequence[Column]) -> Column:
    """Of texts; an empty array of Spark's would have no type."""
    return F.array(*elements) if elements else F.array().cast("array<string>")
