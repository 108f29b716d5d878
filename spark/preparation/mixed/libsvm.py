"""The rows of libsvm whose labels are classes: every feature spelled out, zeros too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from preparation.libsvm import libsvm_columns
from preparation.lines import is_no_row, read_lines
from preparation.plain import parse
from preparation.plan import Plan
from preparation.spelling import SPACE


def read_libsvm(spark: SparkSession, items: list[Mapping[str, Any]], plan: Plan, source: Column) -> DataFrame:
    """As `mixed.text.read_text`; the only text is the label, as it is written, and all others are numbers."""
    named = read_lines(spark, items).withColumn(
        "label", F.regexp_extract("value", f"^{SPACE}*+([^\\s#]+)", 1)
    )
    columns, dim = libsvm_columns(plan["feature_dim"]), plan["feature_dim"]
    rows = parse(named, columns, is_no_row(None), plan, source, ["label"])
    is_row, cells = F.col("csv").isNotNull(), F.split("csv", ",")
    return rows.select(
        F.when(is_row, F.slice(cells, 2, dim)).alias("numbers"),
        F.when(is_row, F.array("label")).alias("texts"),
        F.col("rejected"),
        F.lit(False).alias("is_unlabelled"),
    )
