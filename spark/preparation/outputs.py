"""All files of a data set, written by one pass."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from preparation.plan import SPLITS

WRITING = {
    "compression": "none",
    "mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",  # XGBoost's CSV sniffing fails on _SUCCESS
    "mapreduce.fileoutputcommitter.algorithm.version": "2",  # safe: it fills the staging prefix only
}


TABLE = "table"


def destinations(formats: list[str]) -> list[str]:
    """The folders to write; while they are written, Spark knows them by their numbers."""
    return [f"{form}/{split}" for form in formats for split in SPLITS] + ["rejected", f"{TABLE}/test"]


def outputs(rows: DataFrame, formats: list[str]) -> DataFrame:
    """Every line of every file, as output (its place in `destinations`) and line, for one pass to write."""
    kept = [line_of(F.col("split") + i * len(SPLITS), form) for i, form in enumerate(formats)]
    rejected = line_of(F.lit(len(formats) * len(SPLITS)), "rejected")
    lines = F.when(F.col("rejected").isNotNull(), F.array(rejected))
    if TABLE in rows.columns:
        table = line_of(F.lit(len(formats) * len(SPLITS) + 1), TABLE)
        lines = lines.when(F.col(TABLE).isNotNull(), F.array(*kept, table))
    return rows.select(F.inline(lines.when(F.col("split").isNotNull(), F.array(*kept))))


def line_of(output: Column, line: str) -> Column:
    return F.struct(output.alias("output"), F.col(line).alias("line"))
