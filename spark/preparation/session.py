"""The Spark session of a job."""

from __future__ import annotations

from typing import Any

from pyspark.sql import SparkSession

from preparation.plan import Plan

# PySpark asks the JVM for one of these at each function and column, and the JVM looks for it in every jar.
_ASKED_FOR = ("Column", "PythonUtils", "functions", "org", "py4j")


def open_session(plan: Plan) -> SparkSession:
    """The master is the launcher's."""
    settings = settings_of(plan)
    session = (
        SparkSession.builder.appName(f"prepare_datasets {plan['run_id']}").config(map=settings).getOrCreate()
    )
    view: Any = session.sparkContext._jvm
    for asked_for in _ASKED_FOR:
        setattr(view, asked_for, getattr(view, asked_for))
    return session


def settings_of(plan: Plan) -> dict[str, str]:
    """The same plan cuts the same partitions, whatever the cluster."""
    total = sum(item["bytes"] for item in plan["inputs"])
    return {
        "spark.executor.killOnFatalError.depth": "0",  # running out of memory must end in its own words
        "spark.task.maxFailures": "2",  # and before YARN gives the application up, after three lost executors
        "spark.sql.ansi.enabled": "false",  # a cast that fails is null, and the row is rejected
        "spark.sql.session.timeZone": "UTC",
        # Dates of Parquet before 1582 are those of the calendar that everybody has today.
        "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
        "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
        "spark.sql.parquet.binaryAsString": "true",
        "spark.sql.files.minPartitionNum": "1",
        "spark.sql.files.maxPartitionBytes": str(partition_bytes(total)),
        "spark.hadoop.fs.s3a.directory.marker.retention": "delete",  # an empty object breaks training, too
    }


def partition_bytes(total: int) -> int:
    """At most 32 MiB or a thousandth of all, and of one size: cores that share them end together."""
    largest = max(32 << 20, total // 1000)
    count = -(-total // largest)
    return -(-total // count) if count > 1 else largest
