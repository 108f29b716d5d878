"""The metrics of each task: their names, which way is better, and what they need of a candidate's answers.

It needs no numpy, so that what only tells of a comparison can read it, too. The formulas stand in
`statistics.metrics` (regression) and `statistics.classification.contributions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

TaskKind = Literal["regression", "classification"]
Needs = Literal["value", "label", "probabilities"]


@dataclass(frozen=True)
class Metric:
    """`flawless` is its value for flawless predictions, and `unit` what is written after a value: "%", or
    nothing for shares, nats and what is in the label's unit.
    """

    key: str
    name: str
    lower_is_better: bool
    flawless: float
    needs: Needs
    unit: str = ""

    def error_of(self, value: float) -> float:
        """How far `value` is from that of flawless predictions, in the metric's unit."""
        return abs(value - self.flawless)


def _by_key(*metrics: Metric) -> dict[str, Metric]:
    return {metric.key: metric for metric in metrics}


METRICS_OF: Mapping[TaskKind, Mapping[str, Metric]] = {
    "regression": _by_key(
        Metric("rmse", "RMSE", True, 0.0, "value"),
        Metric("mae", "MAE", True, 0.0, "value"),
        Metric("r2", "R²", False, 1.0, "value"),
        Metric("relative_accuracy", "relative accuracy", False, 100.0, "value", "%"),
    ),
    "classification": _by_key(
        Metric("log_loss", "log loss", True, 0.0, "probabilities"),
        Metric("brier", "Brier score", True, 0.0, "probabilities"),
        Metric("accuracy", "accuracy", False, 1.0, "label"),
        Metric("roc_auc", "ROC AUC", False, 1.0, "probabilities"),
        Metric("macro_f1", "macro F1", False, 1.0, "label"),
        Metric("balanced_accuracy", "balanced accuracy", False, 1.0, "label"),
    ),
}
# Earlier releases called it accuracy, which is another thing of classes.
FORMER_NAMES: Mapping[TaskKind, Mapping[str, str]] = {
    "regression": {"accuracy": "relative_accuracy"},
    "classification": {},
}
DEFAULT_METRIC: Mapping[TaskKind, str] = {"regression": "rmse", "classification": "log_loss"}

_ALL = [metric for metrics in METRICS_OF.values() for metric in metrics.values()]
# A key that two tasks have has one name and one direction in both.
METRIC_NAMES = {metric.key: metric.name for metric in _ALL}
LOWER_IS_BETTER = frozenset(metric.key for metric in _ALL if metric.lower_is_better)


def current_name(task: TaskKind, key: str) -> str:
    """The name of a metric today, for one that may have another of an earlier release."""
    return FORMER_NAMES[task].get(key, key)


def metric_of(task: TaskKind, key: str) -> Metric:
    """Raises ValueError, with what there is to choose from, when the task has no metric of that name."""
    metrics = METRICS_OF[task]
    if key not in metrics:
        raise ValueError(f"the metric {key!r} is unknown; choose one of {', '.join(metrics)}")
    return metrics[key]
