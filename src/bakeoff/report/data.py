"""What the run read: the label and where it came from, what was assumed, and how many rows are distinct."""

from __future__ import annotations

from typing import Any

from bakeoff.domain.run.documents import Comparison, Plan

_MOST_FEATURES = 30


def data_read(comparison: Comparison, plan: Plan) -> dict[str, Any]:
    """Comparisons and plans of earlier releases lack any of it."""
    dataset = comparison["dataset"]
    distinct = dataset.get("distinct", dataset["scored"])
    told = {
        "target": dataset.get("target"),
        "features": plan.get("features"),
        "notes": dataset.get("notes"),
        "ignored": dataset.get("ignored"),
    }
    return {
        **told,
        "told": any(told.values()),
        "most_features": _MOST_FEATURES,
        "distinct": distinct,
        "repeated": distinct < dataset["scored"],
    }
