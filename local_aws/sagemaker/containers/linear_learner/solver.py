"""The linear function of least regularised loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from local_aws.sagemaker.containers.tables import Matrix

Settings = Mapping[str, Any]
_SMALLEST_PENALTY = 1e-6


@dataclass(frozen=True)
class LinearFunction:
    """`weights` (features,) and `bias`, in the units of the data."""

    weights: Matrix
    bias: float

    def __call__(self, features: Matrix) -> Matrix:
        values: Matrix = features @ self.weights + self.bias
        return values


@dataclass(frozen=True)
class _Scale:
    """Standardisation: what to subtract from a column, and what to divide it by."""

    mean: Matrix
    deviation: Matrix

    @classmethod
    def of(cls, columns: Matrix, centre: bool, divide: bool) -> _Scale:
        neutral = np.zeros_like(columns[0]), np.ones_like(columns[0])
        deviation = columns.std(axis=0) if divide else neutral[1]
        # A constant column carries nothing; dividing by 1 leaves its weight at 0 instead of NaN.
        deviation = np.where(deviation > 0, deviation, 1.0)
        return cls(columns.mean(axis=0) if centre else neutral[0], deviation)

    def apply(self, columns: Matrix) -> Matrix:
        scaled: Matrix = (columns - self.mean) / self.deviation
        return scaled


def solve(features: Matrix, labels: Matrix, settings: Settings) -> LinearFunction:
    """Fit features (rows, columns) to labels (rows,); `settings` are validated hyperparameters."""
    with_bias = settings.get("use_bias", True)
    columns = _Scale.of(features, with_bias, settings.get("normalize_data", True))
    target = _Scale.of(labels[:, None], with_bias, settings.get("normalize_label", True))
    weights, bias = _fit(columns.apply(features), target.apply(labels[:, None])[:, 0], settings)
    weights = weights * target.deviation[0] / columns.deviation
    bias = bias * target.deviation[0] + target.mean[0] - columns.mean @ weights
    return LinearFunction(weights, float(bias))


def _fit(features: Matrix, labels: Matrix, settings: Settings) -> tuple[Matrix, float]:
    loss = settings.get("loss", "squared_loss")
    if loss == "squared_loss" and not settings.get("l1"):
        return _ridge(features, labels, settings.get("wd", 0.0)), 0.0
    estimator = _ESTIMATORS[loss](settings, len(labels)).fit(features, labels)
    return np.ravel(estimator.coef_), float(np.ravel(estimator.intercept_)[0])


def _ridge(features: Matrix, labels: Matrix, wd: float) -> Matrix:
    """Minimises mean squared error / 2 + wd / 2 |w|^2; the data is centred, so no bias is left to find."""
    rows, width = features.shape
    gram = features.T @ features / rows + wd * np.eye(width)
    weights: Matrix = np.linalg.lstsq(gram, features.T @ labels / rows, rcond=None)[0]
    return weights


def _elastic_net(settings: Settings, rows: int) -> Any:
    from sklearn.linear_model import ElasticNet

    l1, wd = settings.get("l1", 0.0), settings.get("wd", 0.0)
    return ElasticNet(alpha=l1 + wd, l1_ratio=l1 / (l1 + wd), fit_intercept=False, max_iter=10_000)


def _quantile(settings: Settings, rows: int) -> Any:
    from sklearn.linear_model import QuantileRegressor

    absolute = settings["loss"] == "absolute_loss"
    quantile = 0.5 if absolute else settings.get("quantile", 0.5)
    # |r| is twice the pinball loss of the median, so the penalty that goes with it is halved.
    penalty = settings.get("l1", 0.0) / (2 if absolute else 1)
    return QuantileRegressor(quantile=quantile, alpha=penalty, fit_intercept=settings.get("use_bias", True))


def _huber(settings: Settings, rows: int) -> Any:
    from sklearn.linear_model import HuberRegressor

    return HuberRegressor(
        epsilon=max(1.0, settings.get("huber_delta", 1.0)),
        alpha=rows * settings.get("wd", 0.0) / 2,
        fit_intercept=settings.get("use_bias", True),
        max_iter=1000,
    )


def _eps_insensitive(settings: Settings, rows: int) -> Any:
    from sklearn.svm import LinearSVR

    squared = settings["loss"] == "eps_insensitive_squared_loss"
    return LinearSVR(
        epsilon=settings.get("loss_insensitivity", 0.01),
        loss="squared_epsilon_insensitive" if squared else "epsilon_insensitive",
        C=1 / (rows * max(settings.get("wd", 0.0), _SMALLEST_PENALTY)),
        fit_intercept=settings.get("use_bias", True),
        intercept_scaling=10.0,
        random_state=0,
        max_iter=100_000,
    )


_ESTIMATORS: dict[str, Callable[[Settings, int], Any]] = {
    "squared_loss": _elastic_net,
    "absolute_loss": _quantile,
    "quantile_loss": _quantile,
    "huber_loss": _huber,
    "eps_insensitive_squared_loss": _eps_insensitive,
    "eps_insensitive_absolute_loss": _eps_insensitive,
}
