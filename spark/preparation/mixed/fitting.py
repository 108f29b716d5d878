"""What training rows say of each column, in one scan whatever their number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import Any

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from preparation.arrays import constant, is_written_out
from preparation.collecting import collected
from preparation.mixed.columns import Columns
from preparation.plan import Unit


@dataclass(frozen=True)
class Measure:
    """Of numbers: how many there are, and what they add up to."""

    count: int = 0
    total: float = 0.0
    least: float = 0.0
    most: float = 0.0

    def joined(self, other: Measure) -> Measure:
        least, most = min(self.least, other.least), max(self.most, other.most)
        return Measure(self.count + other.count, self.total + other.total, least, most)


@dataclass(frozen=True)
class Levels:
    """Of texts: how many levels in how many rows, and the commonest with their rows, ties by text."""

    count: int = 0
    rows: int = 0
    common: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True)
class Found:
    """`measures` by place in Columns.measures, `levels` by place in Columns.texts; those without any lack."""

    train_rows: int = 0
    measures: dict[int, Measure] = field(default_factory=dict)
    levels: dict[int, Levels] = field(default_factory=dict)


def fit(rows: DataFrame, columns: Columns, listed: int, units: Sequence[Unit] = ()) -> list[Found]:
    """Of rows with numbers, their values, parts, texts and split; of each column's levels, `listed` by name.
    What each unit's training rows say, or all training rows where there are no units.

    A cell is a pair of its place and its text, and pairs are counted: so thousands of columns cost no more
    expressions than one. Other rows than training ones have none: a filter would move below, and find anew
    what the split hangs on, each time that it names it, in a method too long for Java's compiler.
    """
    counted = _counted(rows, columns, by_part=bool(units))
    ranked = _ranked_of_units(counted, listed, units) if units else _ranked(counted)
    is_listed = F.col("rank") <= listed
    if units:
        is_listed |= F.col("level").isNull()
    records = collected(ranked.where(is_listed))
    of_units: list[list[Mapping[str, Any]]] = [[] for _ in range(max(1, len(units)))]
    for record in records:
        of_units[record.get("unit", 0)].append(record)
    return [_found(columns, each) for each in of_units]


def _counted(rows: DataFrame, columns: Columns, by_part: bool) -> DataFrame:
    """Of each place and level rows, total, least and most: of training rows, or of all by part."""
    measures, texts = len(columns.measures), columns.of_texts
    is_level = [False] * measures + [column.kind in ("boolean", "category") for column in texts]
    is_fit = [True] * measures + is_level[measures:]
    cells = F.concat("numbers", "parts", "texts") if texts else F.col("numbers")
    is_counted = F.col("split") >= 0 if by_part else F.col("split") == 0
    part = ["split"] if by_part else []
    pairs = rows.select("values", *part, F.posexplode(F.when(is_counted, cells)).alias("place", "cell"))
    level = F.get(constant(is_level, "array<boolean>"), F.col("place"))
    wanted = pairs.where((F.col("cell") != "") & F.get(constant(is_fit, "array<boolean>"), F.col("place")))
    number = F.col("cell").cast("double")
    if is_written_out(len(columns.numbers)):  # longer ones might be copied for each of their cells
        number = F.coalesce(F.get("values", F.col("place")), number)
    split_up = {"level": F.when(level, F.col("cell")), "number": F.when(~level, number)}
    return (
        wanted.select("place", *part, *(column.alias(name) for name, column in split_up.items()))
        .groupBy("place", "level", *part)
        .agg(
            F.count(F.lit(1)).alias("rows"),
            F.sum("number").alias("total"),
            F.min("number").alias("least"),
            F.max("number").alias("most"),
        )
    )


def _ranked(counted: DataFrame) -> DataFrame:
    """Adds each level's rank in its place, and how many levels in how many rows the place has."""
    whole = Window.partitionBy("place")
    return counted.select(
        "*",
        F.row_number().over(whole.orderBy(F.desc("rows"), "level")).alias("rank"),
        F.count(F.lit(1)).over(whole).alias("levels"),
        F.sum("rows").over(whole).alias("all_rows"),
    )


def _ranked_of_units(counted: DataFrame, listed: int, units: Sequence[Unit]) -> DataFrame:
    """The same of each unit's training rows, from counts by part; numbers stay apart by part.

    Levels with equal counts in all parts are in the order of their texts for every unit. So of these only
    the first ones can be listed, and the first stands for all others: a column of nearly as many levels as
    rows does not have as many for every unit.
    """
    parts = range(1 + max(part for unit in units for split in unit.parts.values() for part in split))
    in_parts = [F.sum(F.when(F.col("split") == part, F.col("rows")).otherwise(0)) for part in parts]
    of_number = F.when(F.col("level").isNull(), F.col("split")).alias("part")
    sums = {"total": F.sum, "least": F.min, "most": F.max}
    levels = counted.groupBy("place", "level", of_number).agg(
        F.array(*in_parts).alias("counts"), *(function(name).alias(name) for name, function in sums.items())
    )
    alike = Window.partitionBy("place", "counts")
    first = F.row_number().over(alike.orderBy("level"))
    kept = levels.select("*", first.alias("first"), F.count(F.lit(1)).over(alike).alias("alike"))
    stands_for = F.when(F.col("first") == 1, F.col("alike")).otherwise(0).alias("stands_for")
    rows = F.posexplode(F.array(*(_trained(unit) for unit in units))).alias("unit", "rows")
    of_units = kept.where(F.col("first") <= listed).select("place", "level", *sums, stands_for, rows)
    whole = Window.partitionBy("unit", "place")
    return of_units.where("rows > 0").select(
        "*",
        F.row_number().over(whole.orderBy(F.desc("rows"), "level")).alias("rank"),
        F.sum("stands_for").over(whole).alias("levels"),
        F.sum(F.col("rows") * F.col("stands_for")).over(whole).alias("all_rows"),
    )


def _trained(unit: Unit) -> Column:
    return reduce(add, (F.col("counts")[part] for part in unit.parts["train"]))


def _found(columns: Columns, records: Sequence[Mapping[str, Any]]) -> Found:
    measures = len(columns.measures)
    found: dict[int, Measure] = {}
    levels: dict[int, Levels] = {}
    for record in sorted(records, key=lambda record: (record["place"], record["rank"])):
        place = record["place"]
        if place < measures:
            measure = Measure(record["rows"], record["total"], record["least"], record["most"])
            found[place] = found[place].joined(measure) if place in found else measure
            continue
        before = levels.get(place - measures, Levels()).common
        common = [*before, (record["level"], record["rows"])]
        levels[place - measures] = Levels(record["levels"], record["all_rows"], common)
    # Every row has a label.
    labels = levels.get(0, Levels()).rows if columns.has_classes else found.get(0, Measure()).count
    return Found(labels, found, levels)
