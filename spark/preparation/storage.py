"""Objects by Hadoop's file systems, whatever their scheme."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pyspark.sql import Column, SparkSession
from pyspark.sql import functions as F

from preparation.failures import JobError
from preparation.plan import Plan


def locate(spark: SparkSession, uri: str) -> tuple[Any, Any]:
    """Hadoop's FileSystem of a URI, whatever its scheme, and its Path."""
    context: Any = spark.sparkContext
    path = context._jvm.org.apache.hadoop.fs.Path(uri)
    return path.getFileSystem(context._jsc.hadoopConfiguration()), path


def source_names(spark: SparkSession, plan: Plan) -> dict[str, str]:
    """What Spark calls each input -> s3://bucket/key; JobError when one is not what was planned for."""

    def name(item: Mapping[str, Any]) -> tuple[str, str]:
        (files, path), source = locate(spark, item["uri"]), f"s3://{plan['bucket']}/{item['key']}"
        size = files.getFileStatus(path).getLen() if files.exists(path) else "no"
        if size != item["bytes"]:
            change = f"{item['bytes']} bytes then, {size} now"
            raise JobError(f"{source} has changed since the run was planned ({change}); start a new run.")
        return files.makeQualified(path).toUri().toString(), source

    with ThreadPoolExecutor(16) as pool:
        return dict(pool.map(name, plan["inputs"]))


def source_column(names: Mapping[str, str]) -> Column:
    """The object of a row, of the names that `source_names` has found."""
    return F.create_map(*(F.lit(text) for pair in names.items() for text in pair))[F.input_file_name()]


def publish(spark: SparkSession, staging: str, root: str, folders: list[str]) -> None:
    """staging/output=0 -> root/csv/train, and so on; then the staging prefix goes."""
    files, path = locate(spark, staging)
    for directory in files.listStatus(path):
        name = folders[int(directory.getPath().getName().removeprefix("output="))]
        target = locate(spark, f"{root}/{name}")[1]
        files.mkdirs(target.getParent())
        if not files.rename(directory.getPath(), target):
            raise OSError(f"{directory.getPath()} could not be moved to {target}")
    files.delete(path, True)


def write_text(spark: SparkSession, uri: str, text: str) -> None:
    files, path = locate(spark, uri)
    stream = files.create(path, True)
    stream.write(text.encode())
    stream.close()
