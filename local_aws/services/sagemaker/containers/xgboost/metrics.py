"""Evaluation metrics: XGBoost's own, and those that the container computes itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from local_aws.services.sagemaker.containers.errors import UserError

if TYPE_CHECKING:
    from xgboost import DMatrix

Values = NDArray[np.float64]

MAXIMIZED = [
    "accuracy",
    "auc",
    "aucpr",
    "balanced_accuracy",
    "f1",
    "f1_binary",
    "f1_macro",
    "map",
    "ndcg",
    "precision",
    "r2",
    "recall",
    "precision_macro",
    "precision_micro",
    "recall_macro",
    "recall_micro",
]
MINIMIZED = [
    "aft-nloglik",
    "cox-nloglik",
    "error",
    "gamma-deviance",
    "gamma-nloglik",
    "interval-regression-accuracy",
    "logloss",
    "mae",
    "mape",
    "merror",
    "mlogloss",
    "mphe",
    "mse",
    "poisson-nloglik",
    "rmse",
    "rmsle",
    "tweedie-nloglik",
]
METRICS = (*MAXIMIZED, *MINIMIZED)
_WITH_THRESHOLD = ("error", "ndcg", "map")
_CONTAINERS_OWN = [
    "accuracy",
    "balanced_accuracy",
    "f1",
    "f1_binary",
    "f1_macro",
    "mse",
    "precision",
    "r2",
    "recall",
    "precision_macro",
    "precision_micro",
    "recall_macro",
    "recall_micro",
]


def check_metric(metric: str) -> None:
    """Refuse what the container refuses: an unknown name, or a threshold where there is none."""
    name, at, threshold = metric.partition("@")
    if not at:
        if metric not in METRICS:
            raise UserError(f"Hyperparameter eval_metric: {metric} is not in {', '.join(METRICS)}")
        return
    if name.strip() not in _WITH_THRESHOLD:
        raise UserError(
            f"Metric '{metric}' is not supported with a threshold: only {', '.join(_WITH_THRESHOLD)} are."
        )
    try:
        float(threshold)
    except ValueError as err:
        raise UserError(f"Threshold value 't' in '{name}@t' expects float input.") from err


def native(metrics: Sequence[str]) -> list[str]:
    return [metric for metric in metrics if metric not in _CONTAINERS_OWN]


def custom(metrics: Sequence[str]) -> Callable[[Values, DMatrix], list[tuple[str, float]]] | None:
    """A function for xgboost.train that computes the container's own metrics, or None when there are none."""
    wanted = [metric for metric in metrics if metric in _CONTAINERS_OWN]
    for metric in wanted:
        if metric not in _CUSTOM:
            raise UserError(f"Hyperparameter eval_metric: {metric} has no local implementation.")
    if not wanted:
        return None

    def compute(predictions: Values, data: DMatrix) -> list[tuple[str, float]]:
        labels = data.get_label()
        return [(metric, _CUSTOM[metric](predictions, labels)) for metric in wanted]

    return compute


def _mse(predictions: Values, labels: Values) -> float:
    return float(np.mean((predictions - labels) ** 2))


def _r2(predictions: Values, labels: Values) -> float:
    return 1.0 - _mse(predictions, labels) / float(np.var(labels))


_CUSTOM: dict[str, Callable[[Values, Values], float]] = {"mse": _mse, "r2": _r2}
