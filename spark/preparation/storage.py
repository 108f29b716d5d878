"""Objects by Hadoop's file systems, whatever their scheme."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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


def publish(spark: SparkSession, staging: str, root: str, destinations: Sequence[str]) -> None:
    """staging/output=0 -> root/csv/train/, and so on; then the staging prefix goes.

    Where a destination is no folder, its parts move one by one, each to a name that begins with it.
    """
    files, path = locate(spark, staging)

    def moves(folder: Any) -> Iterator[tuple[Any, Any]]:
        end = destinations[int(folder.getName().removeprefix("output="))]
        if end.endswith("/"):
            yield folder, locate(spark, f"{root}/{end.rstrip('/')}")[1]
            return
        for part in files.listStatus(folder):
            yield part.getPath(), locate(spark, f"{root}/{end}{part.getPath().getName()}")[1]

    def move(pair: tuple[Any, Any]) -> None:
        source, target = pair
        files.mkdirs(target.getParent())
        if not files.rename(source, target):
            raise OSError(f"{source} could not be moved to {target}")

    found = [pair for folder in files.listStatus(path) for pair in moves(folder.getPath())]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(move, found))
    files.delete(path, True)


def write_text(spark: SparkSession, uri: str, text: str) -> None:
    files, path = locate(spark, uri)
    stream = files.create(path, True)
    stream.write(text.encode())
    stream.close()
