"""Which lines of an object are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from preparation.spelling import END, SPACE, SPACES

LONGEST_LINE = 1 << 20  # bytes; 10,000 features take a third of it. Of a longer line, only an excerpt goes on
EXCERPT = 1000


def read_lines(spark: SparkSession, items: list[Mapping[str, Any]]) -> DataFrame:
    """The lines of inputs that are read alike as value and long; of a long one there is an excerpt only."""
    lines = spark.read.text([item["uri"] for item in items])
    long = F.octet_length("value") > LONGEST_LINE
    kept = F.when(long, F.substring("value", 1, EXCERPT)).otherwise(F.rtrim("value"))
    data = lines.select(kept.alias("value"), long.alias("long"))
    if items[0].get("skip"):
        return data.where(~F.col("value").isin(items[0]["skip"]))  # headers and titles, as the plan lists
    return data


def is_no_row(delimiter: str | None) -> Column:
    """Blank lines, comments, and lines of delimiters alone."""
    empty = f'[{SPACES}"{re.escape(delimiter)}]' if delimiter else SPACE
    return F.col("value").rlike(f"^(?:{SPACE}*+#|{empty}*+{END})")
