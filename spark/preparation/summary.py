"""summary.json: how many rows there are, of which labels, and what was rejected."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import Column, DataFrame, Observation, SparkSession
from pyspark.sql import functions as F

from preparation.plan import SPLITS, Plan, folds_of, splits_of, units_of
from preparation.reasons import REASONS

UNLABELLED = "is_unlabelled"  # of rows that are left out because they have no label
STATISTICS = {"count": F.count, "mean": F.mean, "stddev": F.stddev_samp, "min": F.min, "max": F.max}
Statistics = Mapping[str, Any]


def observe(rows: DataFrame, observation: Observation, splits: Sequence[str]) -> DataFrame:
    """Gathers label statistics, as "train count", and the number of rejected lines while rows are written."""

    def statistics(place: int, name: str) -> list[Column]:
        label = F.when(F.col("split") == place, F.col("label"))
        return [function(label).alias(f"{name} {what}") for what, function in STATISTICS.items()]

    labels = [column for place, name in enumerate(splits) for column in statistics(place, name)]
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
    labels = {name: {what: metrics[f"{name} {what}"] for what in STATISTICS} for name in splits_of(plan)}
    counts = {reason: found[reason]["count"] for reason in REASONS if reason in found}
    examples = [found[reason]["example"] for reason in counts][:5]
    for example in examples:
        example["line"] = example["line"][:200]
    return {
        "schema_version": 1,
        "run_id": plan["run_id"],
        "feature_dim": plan["feature_dim"],
        **_of_labels(labels, folds_of(plan)),
        "rejected": {"total": sum(counts.values()), "reasons": counts, "examples": examples},
    }


def _of_labels(labels: Mapping[str, Statistics], folds: int) -> dict[str, Any]:
    """Rows and labels by split; with folds, of the final unit, which has no test rows, and of each fold."""
    if not folds:
        return {
            "rows": {name: labels[name]["count"] for name in SPLITS},
            "label": {name: _rounded(labels[name]) for name in SPLITS},
        }
    each, units = list(labels.values()), units_of(folds)
    final = units[-1].parts
    splits = {name: pooled([each[part] for part in final[name]]) for name in SPLITS}
    return {
        "rows": {name: split["count"] for name, split in splits.items()},
        "label": {name: _rounded(split) for name, split in splits.items() if final[name]},
        "folds": [_of_fold([each[part] for part in unit.parts["test"]]) for unit in units[:-1]],
    }


def _of_fold(parts: Sequence[Statistics]) -> dict[str, Any]:
    """Of one that is cut also of each part."""
    if len(parts) == 1:
        return {"rows": parts[0]["count"], "label": _rounded(parts[0])}
    told = [_of_fold([part]) for part in parts]
    return {**_of_fold([pooled(parts)]), "parts": told}


def pooled(parts: Sequence[Statistics]) -> Statistics:
    """Of all rows of the parts; by the sum of squares within them and between them."""
    parts = [part for part in parts if part["count"]]
    count = sum(part["count"] for part in parts)
    if not count:
        return {"count": 0, "mean": None, "stddev": None, "min": None, "max": None}
    mean = math.fsum(part["count"] * part["mean"] for part in parts) / count
    within = math.fsum((part["count"] - 1) * (part["stddev"] or 0.0) ** 2 for part in parts)
    between = math.fsum(part["count"] * (part["mean"] - mean) ** 2 for part in parts)
    return {
        "count": count,
        "mean": mean,
        "stddev": math.sqrt((within + between) / (count - 1)) if count > 1 else None,
        "min": min(part["min"] for part in parts),
        "max": max(part["max"] for part in parts),
    }


def _rounded(statistics: Statistics) -> dict[str, Any]:
    """12 digits hide how the last ones vary with the order in which tasks end."""
    return {
        what: float(f"{value:.12g}") if isinstance(value, float) else value
        for what, value in statistics.items()
    }
