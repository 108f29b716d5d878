"""The Spark job as the sample that Bakeoff starts from does it: the other side of benchmarks.spark_job.

One Python UDF for each feature column, a random split drawn anew for each algorithm, one file for each of
the six data sets. Each of the six writes reads and converts all the input again, and in one task.

    spark-submit sample_spark_job.py INPUT.libsvm OUTPUT_FOLDER FEATURES
"""

from __future__ import annotations

import sys
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

ALGORITHMS = ("xgboost", "linear-learner")
SPLITS = {"train": 0.7, "validation": 0.15, "test": 0.15}


def feature_column(position: int) -> Any:
    element = F.udf(lambda vector: float(vector[position]), "double")
    return element("features").alias(f"feature_{position}")


def write_splits(rows: DataFrame, folder: str) -> None:
    for name, part in zip(SPLITS, rows.randomSplit(list(SPLITS.values())), strict=True):
        part.coalesce(1).write.csv(f"{folder}/{name}")


def main(source: str, target: str, features: int) -> None:
    with SparkSession.builder.appName("sample").getOrCreate() as spark:
        vectors = spark.read.format("libsvm").option("numFeatures", features).load(source)
        rows = vectors.select("label", *map(feature_column, range(features)))
        for algorithm in ALGORITHMS:
            write_splits(rows, f"{target}/{algorithm}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
