"""comparison.json in the shape that the judging function gives it."""

from __future__ import annotations

from typing import Any


def comparison(run_id: str = "run-1", **changes: Any) -> Any:
    """xgboost before knn, and a linear-learner that failed; `changes` replace whole fields.

    Of no type, because tests make it one of another release, and damage it.
    """

    def candidate(name: str, rmse: float | None, error: str | None = None) -> dict[str, Any]:
        finished = rmse is not None
        shape = {"name": name, "algorithm": name, "status": "completed" if finished else "failed"}
        return {
            **shape,
            "error": error,
            "metrics": None if rmse is None else metrics(rmse),
            "beats_baseline": finished or None,
            "latency_ms": {"p50": 17.47, "p95": 30.0} if finished else None,
            "training_seconds": 12.34 if finished else None,
        }

    def metrics(rmse: float) -> dict[str, float]:
        return {"rmse": rmse, "mae": rmse / 2, "r2": 0.5, "relative_accuracy": 83.456}

    numbers = {"difference": 0.1, "ci_low": 0.02, "ci_high": 0.18, "p_value": 0.01, "p_value_adjusted": 0.012}
    verdict = {"outcome": "winner", "best": "xgboost", "recommended": "xgboost", "tied_with_best": []}
    return {
        "schema_version": 1,
        "run_id": run_id,
        "metric": "rmse",
        "dataset": {"train": 2924, "validation": 627, "test": 626, "scored": 626, "feature_dim": 8},
        "candidates": [
            candidate("xgboost", 2.2),
            candidate("knn", 2.3),
            candidate("linear-learner", None, "The quota is 0.\nAsk for more."),
        ],
        "baseline": {"name": "training mean", "prediction": 9.93, "metrics": metrics(3.2)},
        "verdict": {
            **verdict,
            "confidence": 0.95,
            "reason": "xgboost predicts best: its RMSE is lower than that of knn.",
            "comparisons": [{"candidate": "knn", "against": "xgboost", **numbers}],
        },
        **changes,
    }


def in_folds(folds: int = 3, **changes: Any) -> Any:
    """The same with folds, each of 209 rows."""
    given = comparison(**changes)
    given["dataset"] = {
        **given["dataset"],
        "train": 418,
        "test": 209 * folds,
        "scored": 209 * folds,
        "folds": folds,
    }
    for candidate in given["candidates"][:2]:
        own = {"metrics": candidate["metrics"], "training_seconds": 4.0, "billable_seconds": 4}
        candidate["folds"] = [{"fold": fold, "rows": 209, **own} for fold in range(folds)]
        candidate["spread"] = 0.0421
    given["verdict"]["comparisons"][0] |= {
        "inflation": 1.2,
        "second_opinion": {"better": 0.964, "equal": 0.0341, "worse": 0.0019},
    }
    return given


def final_model(**changes: Any) -> dict[str, Any]:
    """final.json of the winner."""
    return {
        "candidate": "xgboost",
        "status": "completed",
        "error": None,
        "model_data_url": "s3://a-bucket/runs/run-1/models/xgboost/final/job/output/model.tar.gz",
        "training_seconds": 5,
        "billable_seconds": 5,
        "rows": {"train": 418, "validation": 209},
        **changes,
    }
