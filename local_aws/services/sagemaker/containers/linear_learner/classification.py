"""Minimisers of the logistic and the softmax loss, on standardised data.

A loss takes scores (rows, outputs) and labels (rows,) and returns the loss of every row and its slope, which
is (rows, outputs). Logistic loss has one output, the log odds of class 1; softmax has one a class.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from local_aws.services.sagemaker.containers.linear_learner.losses import Settings
from local_aws.services.sagemaker.containers.linear_learner.solver import LinearFunction
from local_aws.services.sagemaker.containers.tables import Matrix

Classes = NDArray[np.int64]
Loss = Callable[[Matrix, Classes], tuple[Matrix, Matrix]]
Watch = Callable[[LinearFunction], None]
_OPTIONS = {"ftol": 1e-10, "gtol": 1e-6, "maxiter": 500, "maxfun": 5_000, "maxcor": 20}


def logistic(scores: Matrix, labels: Classes) -> tuple[Matrix, Matrix]:
    odds = scores[:, 0]
    slope = probabilities(scores)[:, 1] - labels
    return np.logaddexp(0.0, odds) - labels * odds, slope[:, None]


def softmax(scores: Matrix, labels: Classes) -> tuple[Matrix, Matrix]:
    rows = np.arange(len(labels))
    slope = probabilities(scores)
    highest = scores.max(axis=1)
    partition = highest + np.log(np.exp(scores - highest[:, None]).sum(axis=1))
    losses: Matrix = partition - scores[rows, labels]
    slope[rows, labels] -= 1.0
    return losses, slope


def probabilities(scores: Matrix) -> Matrix:
    """Of every class: (rows, classes), from scores (rows, 1) of two classes or (rows, classes) of more."""
    if scores.shape[1] == 1:
        odds = scores[:, 0]
        # The hyperbolic tangent, as it overflows at neither end.
        positive = 0.5 * (1.0 + np.tanh(0.5 * odds))
        return np.column_stack([1.0 - positive, positive])
    shares: Matrix = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return shares


@dataclass(frozen=True)
class Problem:
    """What to minimise: the mean of weighted row losses, plus wd / 2 |w|^2 and l1 |w|.

    `features` (rows, width) are standardised; `importance` (rows,) weighs the losses; bias costs nothing.
    """

    loss: Loss
    features: Matrix
    labels: Classes
    importance: Matrix
    outputs: int
    settings: Settings

    def solve(
        self, decay: float, start: LinearFunction | None = None, watch: Watch | None = None
    ) -> LinearFunction:
        """The scores of least loss under the weight decay `decay`; `watch` sees some on the way to them."""
        from scipy.optimize import minimize

        first = start or LinearFunction(
            np.zeros((self.features.shape[1], self.outputs)), np.zeros(self.outputs)
        )
        found = minimize(
            self._objective,
            self._parameters(first),
            args=(decay,),
            jac=True,
            method="L-BFGS-B",
            bounds=self._bounds(),
            options=_OPTIONS,
            callback=self._watcher(watch) if watch else None,
        )
        return self._scores(found.x)

    def _objective(self, parameters: Matrix, decay: float) -> tuple[float, Matrix]:
        scores = self._scores(parameters)
        losses, slope = self.loss(scores(self.features), self.labels)
        slope *= self.importance[:, None] / len(self.labels)
        bias_slope = slope.sum(axis=0) * self.settings.get("use_bias", True)
        weight_slope = self.features.T @ slope + decay * scores.weights
        value = (losses @ self.importance) / len(self.labels) + decay / 2 * (scores.weights**2).sum()
        if not self._l1:
            return float(value), np.concatenate([weight_slope.ravel(), bias_slope])
        both = weight_slope.ravel()
        gradient = np.concatenate([both + self._l1, self._l1 - both, bias_slope])
        return float(value + self._l1 * parameters[: 2 * both.size].sum()), gradient

    @property
    def _l1(self) -> float:
        return float(self.settings.get("l1", 0.0))

    def _parameters(self, scores: LinearFunction) -> Matrix:
        """One vector; under l1, weights are the difference of two that are never negative: that is smooth."""
        weights = scores.weights.ravel()
        parts = [np.maximum(weights, 0.0), np.maximum(-weights, 0.0)] if self._l1 else [weights]
        return np.concatenate([*parts, scores.bias])

    def _scores(self, parameters: Matrix) -> LinearFunction:
        size = self.features.shape[1] * self.outputs
        weights = parameters[:size]
        if self._l1:
            weights = weights - parameters[size : 2 * size]
        return LinearFunction(weights.reshape(-1, self.outputs), parameters[-self.outputs :])

    def _bounds(self) -> list[tuple[float | None, float | None]] | None:
        size = self.features.shape[1] * self.outputs
        return [(0.0, None)] * (2 * size) + [(None, None)] * self.outputs if self._l1 else None

    def _watcher(self, watch: Watch) -> Callable[[Matrix], None]:
        """After 1, 2, 4, 8, ... iterations, so that the longest descent is told in ten lines."""
        iterations = 0

        def after_iteration(parameters: Matrix) -> None:
            nonlocal iterations
            iterations += 1
            if iterations & (iterations - 1) == 0:
                watch(self._scores(np.array(parameters)))

        return after_iteration
