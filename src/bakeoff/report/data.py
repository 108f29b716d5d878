"""What the run read: the label and where it came from, what was assumed, and how many rows are distinct."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bakeoff.domain.run.documents import ClassRows, Comparison, Encoding, Plan
from bakeoff.domain.run.planned import are_grouped, moved_told
from bakeoff.report.columns import columns_told

_MOST_FEATURES = 30


def data_read(comparison: Comparison, plan: Plan, encoding: Encoding | None) -> dict[str, Any]:
    """Comparisons and plans of earlier releases lack any of it."""
    dataset = comparison["dataset"]
    columns = dataset.get("columns")
    distinct = dataset.get("distinct", dataset["scored"])
    told = {
        "target": dataset.get("target"),
        "features": None if columns else plan.get("features"),
        "columns": columns_told(columns, plan, encoding) if columns else None,
        "moved": _moved([item for item in comparison.get("classes", ()) if item.get("moved")]),
        "unlabelled": dataset.get("unlabelled", 0),
        "notes": dataset.get("notes"),
        "ignored": dataset.get("ignored"),
        "folds": dataset.get("folds"),
    }
    return {
        **told,
        "told": any(told.values()),
        "most_features": _MOST_FEATURES,
        "distinct": distinct,
        "grouped": are_grouped(columns),
        "repeated": distinct < dataset["scored"],
    }


def _moved(classes: Sequence[ClassRows]) -> str | None:
    if not classes:
        return None
    return moved_told(", ".join(item["name"] for item in classes), sum(item["moved"] for item in classes))
