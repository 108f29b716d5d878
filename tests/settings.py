"""The settings that a stack has by its template's defaults, and a plan's record of what holds."""

from __future__ import annotations

from typing import Any

STACK: dict[str, Any] = {
    "target": None,
    "algorithms": ["xgboost", "linear-learner"],
    "metric": "rmse",
    "confidence": 0.95,
    "equivalence_margin": 0.01,
    "preference": "lowest-error",
    "folds": 0,
    "max_scored_rows": 0,
    "latency_calls": 50,
}


def held(**changes: Any) -> Any:
    """`settings` of a plan.json."""
    return {name: {"value": value, "source": "a test"} for name, value in {**STACK, **changes}.items()}
