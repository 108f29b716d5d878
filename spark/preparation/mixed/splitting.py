"""The split of a mixed table: by the row, by its group, or by time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from preparation.arrays import each
from preparation.collecting import collected
from preparation.failures import JobError
from preparation.mixed.columns import Columns
from preparation.plain import split_of_bucket
from preparation.plan import Plan

_DAY = 86_400


@dataclass(frozen=True)
class TimeCut:
    """From which time on rows are test rows: a number, or seconds since 1970."""

    column: str
    kind: str
    first: float

    @property
    def text(self) -> str:
        if self.kind == "number":
            return f"{self.first:.17g}"
        days, seconds = divmod(int(self.first), _DAY)
        day = date(1970, 1, 1) + timedelta(days)
        if self.kind == "date":
            return day.isoformat()
        return f"{day.isoformat()}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}Z"


def hashed(rows: DataFrame, plan: Plan, columns: Columns) -> DataFrame:
    """Adds values (the numbers as doubles), label, bucket and time; null for what is no row."""
    cut = plan["split"]

    def bucket(*parts: Column) -> Column:
        return F.pmod(F.xxhash64(F.lit(cut["salt"]), *parts), F.lit(cut["buckets"]))

    own = bucket(F.col("values"), F.col("texts"))
    group = columns.with_role("group")
    if group is not None:
        cell = _cell(columns, group)
        is_number = columns.kept[group].kind == "number"
        key = F.col("values")[columns.numbers.index(group)] if is_number else cell
        own = F.when(cell == "", own).otherwise(bucket(key))
    is_row = F.col("numbers").isNotNull()
    return rows.withColumn("values", _values(columns)).withColumns(
        {"label": _label(columns), "bucket": F.when(is_row, own), "time": _time(columns)}
    )


def split_by(rows: DataFrame, plan: Plan, last: TimeCut | None) -> DataFrame:
    """Adds split, the place in `splits_of`; null for what is no row."""
    if last is None:
        return rows.withColumn("split", split_of_bucket(plan))
    # Train and validation share the earlier rows in the ratio of their fractions.
    cut, bucket = plan["split"], F.col("bucket")
    is_train = bucket * cut["validation_below"] < cut["train_below"] * cut["buckets"]
    place = F.when(F.col("time") >= last.first, 2).when(is_train, 0)
    return rows.withColumn("split", F.when(bucket.isNotNull(), place.otherwise(1)))


def time_cut(rows: DataFrame, plan: Plan, columns: Columns) -> TimeCut | None:
    """The latest share of rows, equal times together: as few of them as reach the test split's fraction."""
    place = columns.with_role("time")
    if place is None:
        return None
    column, cut = columns.kept[place], plan["split"]
    counts = rows.where(F.col("time").isNotNull()).groupBy("time").count()
    latest = Window.partitionBy(F.lit(0)).orderBy(F.desc("time"))
    reached = counts.select("*", F.sum("count").over(latest).alias("reached"))
    total = F.sum("count").over(Window.partitionBy(F.lit(0))) * (cut["buckets"] - cut["validation_below"])
    time = F.when(F.col("reached") * cut["buckets"] >= F.col("wanted"), F.col("time"))
    [found] = collected(
        reached.withColumn("wanted", total).agg(F.max(time).alias("first"), F.min("time").alias("earliest"))
    )
    if "earliest" not in found:
        return None  # no row, nothing to split
    first = found["first"]
    if first == found["earliest"]:
        raise JobError(
            f"The rows cannot be split by time: so many have the same {column.name} that none would be left "
            "before the test split; name another column in `time`, or leave the setting out."
        )
    return TimeCut(column.name, column.kind, float(first))


def _label(columns: Columns) -> Column:
    """A class has its number only when all classes are known."""
    return F.lit(None).cast("double") if columns.has_classes else F.col("values")[0]


def _values(columns: Columns) -> Column:
    """Of numbers; a cast of an empty text costs Java an exception."""
    texts = each(
        F.col("numbers"), len(columns.numbers), lambda cell, _: F.when(cell != "", cell).cast("double")
    )
    return F.when(F.col("numbers").isNotNull(), texts)


def _time(columns: Columns) -> Column:
    place = columns.with_role("time")
    if place is None:
        return F.lit(None).cast("double")
    kind = columns.kept[place].kind
    if kind == "number":
        return F.col("values")[columns.numbers.index(place)]
    measures = {measure: i - len(columns.numbers) for i, measure in enumerate(columns.measures)}
    day = F.col("parts")[measures[place, "day"]].cast("double") * _DAY
    return day if kind == "date" else day + F.col("parts")[measures[place, "second"]].cast("double")


def _cell(columns: Columns, place: int) -> Column:
    kind = columns.kept[place].kind
    if kind == "number":
        return F.col("numbers")[columns.numbers.index(place)]
    return F.col("texts")[columns.texts.index(place)]
