"""From a plan to its data sets."""

from __future__ import annotations

import json

from pyspark.sql import Observation, SparkSession

from preparation.outputs import WRITING, destinations, outputs
from preparation.plain import read_rows, split_rows
from preparation.plan import Plan
from preparation.storage import locate, publish, source_names
from preparation.summary import observe, rejections, summarize


def prepare(spark: SparkSession, plan: Plan) -> None:
    """Replaces whatever an earlier attempt left under datasets_uri."""
    root = plan["datasets_uri"].rstrip("/")
    names, observation = source_names(spark, plan), Observation()
    files = locate(spark, root)[0]
    files.setWriteChecksum(False)  # a local file system would put .crc files beside the data
    for name in ("summary.json", "csv", "libsvm", "rejected", "_staging"):
        files.delete(locate(spark, f"{root}/{name}")[1], True)
    rows = observe(split_rows(read_rows(spark, plan, names), plan), observation)
    outputs(rows, plan["formats"]).write.partitionBy("output").options(**WRITING).text(f"{root}/_staging")
    publish(spark, f"{root}/_staging", root, destinations(plan["formats"]))
    metrics = observation.get
    found = rejections(spark, root) if metrics["rejected"] else {}
    summary = json.dumps(summarize(plan, metrics, found), indent=2)
    stream = files.create(locate(spark, f"{root}/summary.json")[1], True)
    stream.write(summary.encode())
    stream.close()
