"""A Spark script as anyone would write it for SageMaker; it knows nothing of the machine that it runs on."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pyspark
from pyspark.sql import SparkSession
from pyspark.sql import functions as F


def main(bucket: str, report: str) -> None:
    spark = SparkSession.builder.getOrCreate()
    result = {
        "read": read(spark, bucket),
        "written": write(spark, bucket),
        "files": use_files(spark, bucket),
        "machine": machine(spark),
    }
    Path(report).write_text(json.dumps(result), "utf-8")
    spark.range(1).write.csv(f"s3://{bucket}/denied")


def read(spark: SparkSession, bucket: str) -> dict[str, list[str]]:
    places = {
        "exact": [f"s3://{bucket}/in/a b+c%20é.csv", f"s3a://{bucket}/in/zipped.csv.gz"],
        "escaped": [f"s3://{bucket}/in/\\[x\\].csv"],
        "glob": [f"s3://{bucket}/in/*+c*.csv"],
        "empty": [f"s3://{bucket}/in/empty.csv"],
        "folder": [f"s3://{bucket}/in"],
    }
    return {
        name: sorted(row.value for row in spark.read.text(uris).collect()) for name, uris in places.items()
    }


def write(spark: SparkSession, bucket: str) -> dict[str, Any]:
    rows = spark.range(100).select(F.col("id").cast("string").alias("value"), (F.col("id") % 2).alias("part"))
    for version in ("1", "2"):
        target = f"s3://{bucket}/out/v{version}"
        for _ in range(2):
            writer = rows.write.mode("overwrite").partitionBy("part")
            writer.option("mapreduce.fileoutputcommitter.algorithm.version", version).text(target)
    return {version: spark.read.text(f"s3://{bucket}/out/v{version}").count() for version in ("1", "2")}


def use_files(spark: SparkSession, bucket: str) -> dict[str, Any]:
    java: Any = spark._jvm
    path = java.org.apache.hadoop.fs.Path
    files = path(f"s3://{bucket}/").getFileSystem(spark._jsc.hadoopConfiguration())
    source, target = path(f"s3://{bucket}/out/v2/part=0"), path(f"s3://{bucket}/moved here/%")
    content = files.open(path(f"s3://{bucket}/in/a b+c%20é.csv"))
    content.seek(5)
    return {
        "byte": content.read(),
        "past the end": [content.seek(11), content.read()][1],
        "moved": [files.rename(source, target), files.exists(source), files.exists(target)],
        "deleted": [
            files.delete(path(f"s3://{bucket}/out/v2"), True),
            files.exists(path(f"s3://{bucket}/out/v2")),
        ],
        "lines by RDD": spark.sparkContext.textFile(f"s3://{bucket}/in/zipped.csv.gz").count(),
        "listed": [str(each.getPath().getName()) for each in files.listStatus(path(f"s3://{bucket}/in"))],
    }


def machine(spark: SparkSession) -> dict[str, Any]:
    java: Any = spark._jvm
    return {
        "modules": java.org.apache.spark.launcher.JavaModuleOptions.defaultModuleOptions().split(),
        "master": spark.sparkContext.master,
        "folder": str(Path.cwd()),
        "message": os.environ["SM_OUTPUT_MESSAGE"],
        "region": os.environ["AWS_REGION"],
        "arguments": sys.argv[1:],
        "packages": [pyspark.__file__, *spark.sparkContext.range(1).map(package).collect()],
    }


def package(_: int) -> str:
    """Where a worker has Spark's package from."""
    return str(pyspark.__file__)


if __name__ == "__main__":
    main(*sys.argv[1:])
