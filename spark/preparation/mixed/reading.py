"""All rows of a mixed table, whatever its objects' formats."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import reduce
from typing import Any

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from preparation.arrays import array_of, constant, is_written_out
from preparation.lines import read_lines
from preparation.mixed.columns import Columns
from preparation.mixed.libsvm import read_libsvm
from preparation.mixed.moments import no_parts, parts_of
from preparation.mixed.parquet import read_parquet, schemas_of
from preparation.mixed.text import read_text
from preparation.plan import Plan

Item = Mapping[str, Any]


def read_table(spark: SparkSession, plan: Plan, columns: Columns, source: Column) -> DataFrame:
    """numbers, texts and parts (see Columns) of each row; rejected of each line that is none; is_unlabelled.

    A row that is left out has no numbers. Lines that are no rows at all have neither.
    """
    missing = plan["table"]["missing"]
    parquet = [item for item in plan["inputs"] if item["format"] == "parquet"]
    schemas = dict(zip((item["uri"] for item in parquet), schemas_of(spark, parquet), strict=True))
    alike: dict[str, list[Item]] = {}
    for item in plan["inputs"]:
        reading = [item.get(name) for name in ("delimiter", "columns", "width", "skip", "decimal")]
        alike.setdefault(json.dumps([*reading, schemas.get(item["uri"])]), []).append(item)

    def read(items: list[Item]) -> DataFrame:
        if items[0]["format"] == "parquet":
            return read_parquet(spark, items, columns, missing, source)
        if items[0]["format"] == "libsvm":
            return read_libsvm(spark, items, plan, source)
        return read_text(read_lines(spark, items), items[0], columns, missing, source)

    rows = reduce(DataFrame.unionByName, map(read, alike.values()))
    return rows.withColumn("parts", _parts(columns))


def _parts(columns: Columns) -> Column:
    """Of all dates and times, one after the other."""
    texts, kinds = F.col("texts"), [columns.of_texts[place].kind for place in columns.moments]
    if not kinds:
        return array_of([])
    if is_written_out(len(kinds)):
        parts = [
            F.when(texts[place] == "", no_parts(kind)).otherwise(parts_of(texts[place], kind))
            for place, kind in zip(columns.moments, kinds, strict=True)
        ]
        return F.concat(*parts)

    def parts_at(place: Column, i: Column) -> Column:
        kind, text = F.get(constant(kinds, "array<string>"), i), F.get(texts, place)
        date, none = F.when(text != "", parts_of(text, "date")), no_parts("date")
        time, never = F.when(text != "", parts_of(text, "timestamp")), no_parts("timestamp")
        return F.when(kind == "date", F.coalesce(date, none)).otherwise(F.coalesce(time, never))

    return F.flatten(F.transform(constant(columns.moments, "array<int>"), parts_at))
