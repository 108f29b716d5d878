"""Results of candidates as scoring and the record of failures store them."""

from __future__ import annotations

from typing import Any

from bakeoff.domain.comparison import failed_result

DATASET: dict[str, Any] = {
    "train": 2924,
    "validation": 627,
    "test": 626,
    "feature_dim": 8,
    "rejected": 3,
    "objects": [{"key": "Inputs/dataset1.csv", "version_id": "v1", "etag": "e", "bytes": 129_353}],
}


def completed(name: str, rmse: float, **metrics: float | None) -> dict[str, Any]:
    return {
        "name": name,
        "algorithm": name,
        "status": "completed",
        "error": None,
        "metrics": {"rmse": rmse, "mae": 1.5, "r2": 0.5, "accuracy": 84.25, **metrics},
        "scored_rows": 626,
        "latency_ms": {"p50": 12.5, "p95": 40.0},
        "training_seconds": 61,
        "billable_seconds": 30,
    }


def failed(name: str, error: str = "Train model: out of memory") -> dict[str, Any]:
    return failed_result({"name": name, "algorithm": name}, error)
