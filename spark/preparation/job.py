"""From a plan to its data sets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from pyspark.sql import DataFrame, Observation, SparkSession

from preparation.mixed.preparing import Prepared, prepare_table
from preparation.outputs import TABLE, WRITING, layout_of, outputs
from preparation.plain import read_rows, split_rows
from preparation.plan import MAX_FOLDS, Plan, fold_name, splits_of
from preparation.reasons import OF_MIXED, OF_PLAIN
from preparation.storage import locate, publish, source_names, write_text
from preparation.summary import observe, rejections, summarize

_WRITTEN = ("summary.json", "encoding.json", "csv", "libsvm", "dense", "coded", TABLE, "rejected", "_staging")
# Of every output of a task one file is open at once: no sort. So many are without folds, at most.
_OPEN_AT_ONCE = 16


def prepare(spark: SparkSession, plan: Plan) -> None:
    """Replaces whatever an earlier attempt left under datasets_uri. Raises JobError."""
    root, names = plan["datasets_uri"].rstrip("/"), source_names(spark, plan)
    files = locate(spark, root)[0]
    files.setWriteChecksum(False)  # a local file system would put .crc files beside the data
    for name in (*_WRITTEN, *map(fold_name, range(MAX_FOLDS))):
        files.delete(locate(spark, f"{root}/{name}")[1], True)
    table = prepare_table(spark, plan, names) if TABLE in plan else None
    rows = table.rows if table else split_rows(read_rows(spark, plan, names), plan)
    metrics = _write(spark, plan, rows, root, table.written if table else lambda rows: rows)
    reasons = OF_MIXED if table else OF_PLAIN
    found = rejections(spark, root, reasons) if metrics["rejected"] else {}
    summary = summarize(plan, metrics, found)
    if table:
        _add_table(spark, table, summary, metrics, root)
    write_text(spark, f"{root}/summary.json", json.dumps(summary, indent=2))


def _write(
    spark: SparkSession,
    plan: Plan,
    rows: DataFrame,
    root: str,
    written: Callable[[DataFrame], DataFrame],
) -> Mapping[str, Any]:
    """All files of the data sets, in one pass; what was counted on the way."""
    observation, layout = Observation(), layout_of(plan)
    lines = outputs(written(observe(rows, observation, splits_of(plan))), layout)
    spark.conf.set("spark.sql.maxConcurrentOutputFileWriters", max(_OPEN_AT_ONCE, len(layout.destinations)))
    lines.write.partitionBy("output").options(**WRITING).text(f"{root}/_staging")
    publish(spark, f"{root}/_staging", root, layout.destinations)
    metrics: Mapping[str, Any] = observation.get
    return metrics


def _add_table(
    spark: SparkSession, table: Prepared, summary: dict[str, Any], metrics: Mapping[str, Any], root: str
) -> None:
    """What a mixed table's summary says beyond a plain one's; encoding.json lies beside it, and those of the
    folds in folders of their own.
    """
    summary |= table.summary(sum(summary["rows"].values()), metrics)
    for fold, known in zip(summary.get("folds", ()), table.folds(), strict=True):
        fold |= known
    parts = [part for fold in summary.get("folds", ()) for part in fold.get("parts", ())]
    for part, counts in zip(parts, table.classes.parts, strict=False):
        part["classes"] = counts
    if "classes" in summary:
        for labelled in (summary, *summary.get("folds", ()), *parts):
            del labelled["label"]  # the numbers of classes are no quantities
    folders = [f"{fold_name(fold)}/" for fold in range(len(table.encodings) - 1)]
    for folder, encoding in zip([*folders, ""], table.encodings, strict=True):
        text = json.dumps(encoding, indent=2, sort_keys=True, ensure_ascii=False)
        write_text(spark, f"{root}/{folder}encoding.json", text)
