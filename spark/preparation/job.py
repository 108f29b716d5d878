"""From a plan to its data sets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame, Observation, SparkSession

from preparation.mixed.preparing import Prepared, prepare_table
from preparation.outputs import WRITING, destinations, outputs
from preparation.plain import read_rows, split_rows
from preparation.plan import Plan
from preparation.reasons import OF_MIXED, OF_PLAIN
from preparation.storage import locate, publish, source_names, write_text
from preparation.summary import observe, rejections, summarize

_WRITTEN = (
    *("summary.json", "encoding.json", "csv", "libsvm", "dense", "coded", "table"),
    *("rejected", "_staging"),
)


def prepare(spark: SparkSession, plan: Plan) -> None:
    """Replaces whatever an earlier attempt left under datasets_uri. Raises JobError."""
    root, names = plan["datasets_uri"].rstrip("/"), source_names(spark, plan)
    files = locate(spark, root)[0]
    files.setWriteChecksum(False)  # a local file system would put .crc files beside the data
    for name in _WRITTEN:
        files.delete(locate(spark, f"{root}/{name}")[1], True)
    table = prepare_table(spark, plan, names) if "table" in plan else None
    rows = table.rows if table else split_rows(read_rows(spark, plan, names), plan)
    metrics = _write(spark, plan, rows, root)
    reasons = OF_MIXED if table else OF_PLAIN
    found = rejections(spark, root, reasons) if metrics["rejected"] else {}
    summary = summarize(plan, metrics, found)
    if table:
        summary |= _of_table(spark, table, summary, metrics, root)
        if "classes" in summary:
            del summary["label"]  # the numbers of classes are no quantities
    write_text(spark, f"{root}/summary.json", json.dumps(summary, indent=2))


def _write(spark: SparkSession, plan: Plan, rows: DataFrame, root: str) -> Mapping[str, Any]:
    """All files of the data sets, in one pass; what was counted on the way."""
    observation = Observation()
    lines = outputs(observe(rows, observation), plan["formats"])
    lines.write.partitionBy("output").options(**WRITING).text(f"{root}/_staging")
    publish(spark, f"{root}/_staging", root, destinations(plan["formats"]))
    metrics: Mapping[str, Any] = observation.get
    return metrics


def _of_table(
    spark: SparkSession, table: Prepared, summary: Mapping[str, Any], metrics: Mapping[str, Any], root: str
) -> dict[str, Any]:
    """What a mixed table's summary says beyond a plain one's; encoding.json lies beside it."""
    known = table.summary(sum(summary["rows"].values()), metrics)
    encoding = json.dumps(table.encoding, indent=2, sort_keys=True, ensure_ascii=False)
    write_text(spark, f"{root}/encoding.json", encoding)
    return known
