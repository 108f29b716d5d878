"""The Spark job as the sample that Bakeoff starts from does it: the other side of benchmarks.spark_job.

The text is split at blanks into columns of text, one Python UDF chops `index:` off each feature, and a random
split is drawn anew for each algorithm; each of the six data sets is one file. So each of the six writes reads
and converts all the input again, and in one task.

    spark-submit sample_job.py INPUT.libsvm OUTPUT_FOLDER FEATURES
"""

from __future__ import annotations

import sys

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

ALGORITHMS = ("xgboost", "linear-learner")
SPLITS = {"train": 0.7, "validation": 0.15, "test": 0.15}


def columns(features: int) -> list[Column]:
    chopped = F.udf(lambda entry: entry.split(":")[1], "string")
    return [F.col("_c0"), *(chopped(f"_c{place}").alias(f"_c{place}") for place in range(1, features + 1))]


def write_splits(rows: DataFrame, folder: str) -> None:
    for name, part in zip(SPLITS, rows.randomSplit(list(SPLITS.values())), strict=True):
        part.coalesce(1).write.csv(f"{folder}/{name}")


def main(source: str, target: str, features: int) -> None:
    with SparkSession.builder.appName("sample").getOrCreate() as spark:
        rows = spark.read.csv(source, sep=" ").select(*columns(features))
        for algorithm in ALGORITHMS:
            write_splits(rows, f"{target}/{algorithm}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
