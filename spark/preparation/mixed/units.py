"""One table for many units: each row is prepared for every unit that has it, by that unit's encoding.

A row is read once, and once its texts become numbers, which stand for a piece of each unit's views; only then
it is multiplied. So neither the source nor a list of levels is gone through for each of the units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from preparation.arrays import Place, constant, each, pick
from preparation.mixed.encoding import Feature
from preparation.mixed.pieces import spelled
from preparation.plan import SPLITS, part_names, units_of

Encoded = Mapping[int, Feature]  # of one unit, by place among the kept columns


@dataclass(frozen=True)
class Codes:
    """By the place of a text: the `numbers` of its levels, 0 for all others, and what each number is in each
    view and unit, as `pieces[view][place][number][unit]`. What no unit tells apart has one number.
    """

    numbers: Sequence[Mapping[str, int]]
    pieces: Mapping[str, Sequence[Sequence[Sequence[str | None]]]]


def codes_of(views: Sequence[str], texts: Sequence[int], units: Sequence[Encoded]) -> Codes:
    """`texts` are places among the kept columns. A unit that drops a column which others keep has None."""
    numbers: list[dict[str, int]] = []
    pieces: dict[str, list[list[tuple[str | None, ...]]]] = {view: [] for view in views}
    for place in texts:
        of_views = [[_spelled(view, place, unit, units) for unit in units] for view in views]
        levels = sorted({level for found in of_views for known, _ in found for level in known})
        kinds: dict[tuple[tuple[str | None, ...], ...], int] = {}
        kinds[tuple(tuple(other for _, other in found) for found in of_views)] = 0
        codes = {}
        for level in levels:
            kind = tuple(tuple(known.get(level, other) for known, other in found) for found in of_views)
            codes[level] = kinds.setdefault(kind, len(kinds))
        numbers.append({level: number for level, number in codes.items() if number})
        for i, view in enumerate(views):
            pieces[view].append([kind[i] for kind in kinds])
    return Codes(numbers, pieces)


def with_codes(rows: DataFrame, codes: Codes) -> DataFrame:
    def code(cell: Column, place: Place) -> Column:
        return F.coalesce(pick(codes.numbers, place, "map<string,int>")[cell], F.lit(0))

    count = len(codes.numbers)
    return rows.withColumn(
        "codes", each(F.col("texts"), count, code) if count else F.array().cast("array<int>")
    )


def spread(rows: DataFrame, folds: int) -> DataFrame:
    """Each row of a part once for every split of every unit that has it; what is no row stays.

    Adds unit; split becomes the place in all splits of all units, one unit after the other.
    """
    units = units_of(folds)
    splits = [unit.parts[split] for unit in units for split in SPLITS]
    parts = range(len(part_names(folds)))
    places = [[place for place, split in enumerate(splits) if part in split] for part in parts]
    chosen = F.get(constant(places, "array<array<int>>"), F.col("split"))
    others = [F.col(name) for name in rows.columns if name != "split"]
    return rows.select(*others, F.explode_outer(chosen).alias("split")).withColumn(
        "unit", (F.col("split") / len(SPLITS)).cast("int")
    )


def is_test_of_unit() -> Column:
    return F.col("split") % len(SPLITS) == SPLITS.index("test")


def _spelled(
    view: str, place: int, unit: Encoded, units: Sequence[Encoded]
) -> tuple[Mapping[str, str | None], str | None]:
    if place not in unit and any(place in other for other in units):
        return {}, None
    return spelled(view, unit.get(place))
