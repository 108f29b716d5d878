"""summary.json: how many rows there are, of which labels, and what was rejected."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import Column, DataFrame, Observation, SparkSession
from pyspark.sql import functions as F

from preparation.plan import SPLITS, Plan
from preparation.reasons import REASONS

UNLABELLED = "is_unlabelled"  # of rows that are left out because they have no label
STATISTICS = {"count": F.count, "mean": F.mean, "stddev": F.stddev_samp, "min": F.min, "max": F.max}


def observe(rows: DataFrame, observation: Observation) -> DataFrame:
    """Gathers label statistics, as "train count", and the number of rejected lines while rows are written."""

    def statistics(place: int, name: str) -> list[Column]:
        label = F.when(F.col("split") == place, F.col("label"))
        return [function(label).alias(f"{name} {what}") for what, function in STATISTICS.items()]

    labels = [column for place, name in enumerate(SPLITS) for column in statistics(place, name)]
    counts = [F.count("rejected").alias("rejected")]
    if UNLABELLED in rows.columns:
        counts.append(F.count(F.when(F.col(UNLABELLED), 1)).alias(UNLABELLED))
    return rows.observe(observation, *labels, *counts)


def rejections(spark: SparkSession, root: str, reasons: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Of each of the reasons that was found, how often and its least line, read from what was written."""
    reason, observation = F.get_json_object("value", "$.reason"), Observation()
    lines = spark.read.text(f"{root}/rejected").withColumn("reason", reason)
    line = {reason: F.when(F.col("reason") == reason, F.col("value")) for reason in reasons}
    counts = [F.count(line[reason]).alias(f"{reason} count") for reason in reasons]
    examples = [F.min(line[reason]).alias(f"{reason} example") for reason in reasons]
    lines.observe(observation, *counts, *examples).write.format("noop").mode("overwrite").save()
    found = observation.get
    return {
        reason: {"count": found[f"{reason} count"], "example": json.loads(found[f"{reason} example"])}
        for reason in reasons
        if found[f"{reason} count"]
    }


def summarize(plan: Plan, metrics: Mapping[str, Any], found: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """summary.json of the metrics of `observe` and `rejections`: one example of each reason, five at most."""

    def rounded(value: float | None) -> float | None:
        """12 digits hide how the last ones vary with the order in which tasks end."""
        return float(f"{value:.12g}") if isinstance(value, float) else value

    label = {name: {what: rounded(metrics[f"{name} {what}"]) for what in STATISTICS} for name in SPLITS}
    counts = {reason: found[reason]["count"] for reason in REASONS if reason in found}
    examples = [found[reason]["example"] for reason in counts][:5]
    for example in examples:
        example["line"] = example["line"][:200]
    return {
        "schema_version": 1,
        "run_id": plan["run_id"],
        "feature_dim": plan["feature_dim"],
        "rows": {name: label[name]["count"] for name in SPLITS},
        "label": label,
        "rejected": {"total": sum(counts.values()), "reasons": counts, "examples": examples},
    }
