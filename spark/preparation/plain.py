"""The rows of a plain table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from preparation.delimited import csv_columns
from preparation.libsvm import entry_fault, filled_csv, libsvm_columns
from preparation.lines import is_no_row, read_lines
from preparation.plan import CUT_FOLDS, Plan, folds_of
from preparation.reasons import LARGE_FEATURE, LARGE_LABEL, LENGTH
from preparation.spelling import LARGEST_FEATURE, LARGEST_LABEL, let, number_text
from preparation.storage import source_column


def read_rows(spark: SparkSession, plan: Plan, names: Mapping[str, str]) -> DataFrame:
    """One scan over all inputs, those read alike together. `names` has the object of each file."""
    source = source_column(names)
    readings: dict[str, list[Mapping[str, Any]]] = {}
    for item in plan["inputs"]:
        reading = [item["delimiter"], item.get("columns"), item.get("width"), item.get("skip")]
        readings.setdefault(json.dumps(reading), []).append(item)

    def read(items: list[Mapping[str, Any]]) -> DataFrame:
        delimiter, dim = items[0]["delimiter"], plan["feature_dim"]
        columns = csv_columns(items[0], dim) if delimiter else libsvm_columns(dim)
        return parse(read_lines(spark, items), columns, is_no_row(delimiter), plan, source)

    return reduce(DataFrame.unionByName, map(read, readings.values()))


def parse(
    lines: DataFrame,
    columns: dict[str, Column],
    no_row: Column,
    plan: Plan,
    source: Column,
    kept: Sequence[str] = (),
) -> DataFrame:
    """To csv and libsvm, or rejected; all null for what is no row: Spark would look twice to leave it out.
    What is `kept` of the lines stays beside them.

    Rows in plain spelling, which most are, take only what Spark compiles. The rest is one expression, because
    none that has a lambda is compiled, and a row would be copied for each.
    """
    plain = F.col("plain")
    apart = let(columns["tokens"], lambda tokens: read_apart(tokens, columns, plan["feature_dim"], source))
    return (
        lines.withColumn("dense", columns["dense"])
        .withColumn("plain", ~F.col("long") & columns["plain"])
        .select(
            F.when(plain, columns["plain_csv"]).alias("csv"),
            F.when(plain, columns["plain_libsvm"]).alias("libsvm"),
            F.when(~plain & ~no_row, apart).alias("apart"),
            *kept,
        )
        .select(
            *(F.coalesce(form, F.col("apart")[form]).alias(form) for form in ("csv", "libsvm")),
            F.col("apart")["rejected"].alias("rejected"),
            *kept,
        )
    )


def read_apart(tokens: Column, columns: dict[str, Column], feature_dim: int, source: Column) -> Column:
    """csv and libsvm of a row entry by entry, or rejected, as JSON."""
    entries = F.slice(tokens, F.lit(2), F.size(tokens))
    index = F.transform(
        entries, lambda entry: F.regexp_extract(entry, "^0*([1-9][0-9]{0,8}):", 1).cast("int")
    )
    number = F.transform(entries, lambda entry: number_text(F.regexp_replace(entry, "^[^:]*:", "")))
    read = F.struct(number_text(tokens[0]).alias("label"), index.alias("index"), number.alias("number"))

    def judge(row: Column) -> Column:
        too_long = F.when(F.col("long"), LENGTH)
        fault = F.coalesce(too_long, columns["fault"], entry_fault(tokens, row, feature_dim))
        return let(
            fault,
            lambda fault: F.when(fault.isNull(), spelled(row, feature_dim, reject)).otherwise(reject(fault)),
        )

    def reject(reason: Column) -> Column:
        line = F.struct(source.alias("object"), F.col("value").alias("line"), reason.alias("reason"))
        return outcome(rejected=F.to_json(line))

    return let(read, judge)


def outcome(**known: Column) -> Column:
    return F.struct(
        *(known.get(name, F.lit(None).cast("string")).alias(name) for name in ("csv", "libsvm", "rejected"))
    )


def spelled(row: Column, feature_dim: int, reject: Callable[[Column], Column]) -> Column:
    pairs = F.transform(row["number"], lambda number, i: F.concat_ws(":", row["index"][i], number))
    libsvm = F.concat_ws(" ", row["label"], pairs)
    return let(
        filled_csv(row, feature_dim),
        lambda csv: let(
            beyond(csv),
            lambda reason: F.when(reason.isNull(), outcome(csv=csv, libsvm=libsvm)).otherwise(reject(reason)),
        ),
    )


def beyond(csv: Column) -> Column:
    """What is too large in a row that no plain one can be."""

    def reason(numbers: Column) -> Column:
        largest = F.greatest(F.array_max(numbers), -F.array_min(numbers))
        too_large = F.when(largest > LARGEST_FEATURE, LARGE_FEATURE)
        return F.when(F.abs(numbers[0]) > LARGEST_LABEL, LARGE_LABEL).otherwise(too_large)

    return let(numbers_of(csv), reason)


def numbers_of(csv: Column) -> Column:
    return F.split(csv, ",").cast("array<double>")


def split_rows(rows: DataFrame, plan: Plan) -> DataFrame:
    """Adds label and split (its place in `splits_of`); both are null for what is no row."""
    split = plan["split"]
    bucket = F.pmod(F.xxhash64(F.lit(split["salt"]), F.col("numbers")), F.lit(split["buckets"]))
    return (
        rows.withColumn("numbers", numbers_of(F.col("csv")))
        .withColumns({"label": F.col("numbers")[0], "bucket": F.when(F.col("csv").isNotNull(), bucket)})
        .withColumn("split", split_of_bucket(plan))
    )


def split_of_bucket(plan: Plan) -> Column:
    """Of a row with its bucket."""
    split, folds = plan["split"], folds_of(plan)
    if folds:
        fold = f"bucket * {folds} div {split['buckets']}"
        return F.expr(f"int({fold})" if folds != CUT_FOLDS else f"int(({fold}) * 2) + {_last_part(split)}")
    place = F.when(F.col("bucket") < split["train_below"], 0)
    place = place.when(F.col("bucket") < split["validation_below"], 1)
    return place.when(F.col("bucket").isNotNull(), 2)


def _last_part(split: Mapping[str, Any]) -> str:
    """1 for a row of a data fold's part that validates, else 0; training and validation share a fold as they
    share what a split leaves them of all rows.
    """
    place = f"bucket * {CUT_FOLDS} % {split['buckets']}"
    return f"int({place} * {split['validation_below']} >= {split['train_below'] * split['buckets']})"
