"""The linear function of least regularised loss."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from local_aws.services.sagemaker.containers.linear_learner.losses import Settings, minimiser
from local_aws.services.sagemaker.containers.tables import Matrix


@dataclass(frozen=True)
class LinearFunction:
    """`weights` (features,) and `bias`, in the units of the data; with several outputs, of the shapes
    (features, outputs) and (outputs,).
    """

    weights: Matrix
    bias: Matrix | float

    def __call__(self, features: Matrix) -> Matrix:
        values: Matrix = features @ self.weights + self.bias
        return values


@dataclass(frozen=True)
class Scale:
    """Standardisation: what to subtract from a column, and what to divide it by."""

    mean: Matrix
    deviation: Matrix

    @classmethod
    def of(cls, columns: Matrix, centre: bool, divide: bool) -> Scale:
        neutral = np.zeros_like(columns[0]), np.ones_like(columns[0])
        deviation = columns.std(axis=0) if divide else neutral[1]
        # A constant column carries nothing; dividing by 1 leaves its weight at 0 instead of NaN.
        deviation = np.where(deviation > 0, deviation, 1.0)
        return cls(columns.mean(axis=0) if centre else neutral[0], deviation)

    def apply(self, columns: Matrix) -> Matrix:
        scaled: Matrix = columns - self.mean
        scaled /= self.deviation  # in place: the columns may be most of what the machine holds
        return scaled


def solve(features: Matrix, labels: Matrix, settings: Settings) -> LinearFunction:
    """Fit features (rows, columns) to labels (rows,); `settings` are validated hyperparameters."""
    with_bias = settings.get("use_bias", True)
    columns = Scale.of(features, with_bias, settings.get("normalize_data", True))
    target = Scale.of(labels[:, None], with_bias, settings.get("normalize_label", True))
    minimise = minimiser(settings)
    weights, bias = minimise(columns.apply(features), target.apply(labels[:, None])[:, 0], settings)
    weights = weights * target.deviation[0] / columns.deviation
    bias = bias * target.deviation[0] + target.mean[0] - columns.mean @ weights
    return LinearFunction(weights, float(bias))
