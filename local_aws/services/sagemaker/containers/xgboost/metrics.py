"""Evaluation metrics: XGBoost's own, and those that the container computes itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from local_aws.services.sagemaker.containers.errors import UserError
from local_aws.services.sagemaker.containers.xgboost.class_metrics import CLASS_METRICS, labels_of

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
    return [metric for metric in metrics if not _is_containers_own(metric)]


def custom(
    metrics: Sequence[str], objective: str
) -> Callable[[Values, DMatrix], list[tuple[str, float]]] | None:
    """A function for xgboost.train that computes the container's own metrics, or None when there are none.

    UserError of that function: the metric is not for such predictions.
    """
    wanted = [metric for metric in metrics if _is_containers_own(metric)]
    if not wanted:
        return None

    def compute(predictions: Values, data: DMatrix) -> list[tuple[str, float]]:
        labels = data.get_label()
        return [(metric, _value(metric, objective, predictions, labels)) for metric in wanted]

    return compute


def _is_containers_own(metric: str) -> bool:
    return metric in _OF_NUMBERS or metric in CLASS_METRICS


def _value(metric: str, objective: str, predictions: Values, labels: Values) -> float:
    if metric in _OF_NUMBERS:
        return _OF_NUMBERS[metric](predictions, labels)
    return CLASS_METRICS[metric](labels_of(objective, predictions, metric), labels)


def _mse(predictions: Values, labels: Values) -> float:
    if predictions.shape != labels.shape:
        raise UserError("Metrics 'mse' and 'r2' take one prediction a row: use merror or mlogloss.")
    return float(np.mean((predictions - labels) ** 2))


def _r2(predictions: Values, labels: Values) -> float:
    return 1.0 - _mse(predictions, labels) / float(np.var(labels))


_OF_NUMBERS: dict[str, Callable[[Values, Values], float]] = {"mse": _mse, "r2": _r2}
