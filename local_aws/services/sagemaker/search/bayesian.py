"""Bayesian optimization: a Gaussian process of the objective, and expected improvement over it.

Source of the method: Snoek, Larochelle, Adams, "Practical Bayesian Optimization of Machine Learning
Algorithms" (2012), to which the SageMaker developer guide refers.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import norm
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
from threadpoolctl import threadpool_limits

from local_aws.services.sagemaker.search.random_search import RandomSearch
from local_aws.services.sagemaker.search.ranges import Space
from local_aws.services.sagemaker.search.strategy import Observation

Matrix = NDArray[np.float64]
# Where expected improvement is looked for: anywhere, and near the best that is known.
_ANYWHERE, _NEAR, _NEARNESS = 600, 200, 0.1
_LENGTHS = (0.05, 10.0)
_ITERATIONS = 60
_proposing = threading.Lock()


class BayesianSearch:
    """2d + 1 random draws for d ranges, then the greatest expected improvement.

    A seed repeats the search as far as it is told the same: what is known decides what is tried.
    """

    def __init__(self, space: Space, seed: int | None) -> None:
        self._space = space
        self._first = RandomSearch(space, seed)
        self._random = np.random.default_rng(seed)

    def learns(self, count: int) -> bool:
        return count > 2 * len(self._space.ranges)

    def next(self, seen: Sequence[Observation]) -> dict[str, str] | None:
        told = [each.loss for each in seen if each.loss is not None]
        if not self.learns(len(seen)) or len(told) < 2:
            return self._first.next(seen)
        # A job without a value counts as the worst so far: it keeps its neighbours away while it runs, and
        # for good when it failed.
        losses = np.array([max(told) if each.loss is None else each.loss for each in seen])
        points = np.array([self._space.encode(each.values) for each in seen])
        with _one_thread():
            return self._most_promising(points, _standardised(losses), seen)

    def _most_promising(self, points: Matrix, losses: Matrix, seen: Sequence[Observation]) -> dict[str, str]:
        candidates = self._candidates(points[int(losses.argmin())], seen)
        encoded = np.array([self._space.encode(each) for each in candidates])
        gain = expected_improvement(_fitted(points, losses), encoded, float(losses.min()))
        return candidates[int(gain.argmax())]

    def _candidates(self, best: Matrix, seen: Sequence[Observation]) -> list[dict[str, str]]:
        """Values not seen yet, if there are any."""
        tried = [each.values for each in seen]
        places = [*self._random.random((_ANYWHERE, len(self._space.ranges))), *self._near(best)]
        drawn = [self._space.at(each) for each in places]
        return [each for each in drawn if each not in tried] or drawn

    def _near(self, best: Matrix) -> Matrix:
        """Places around the best point, (candidates, ranges)."""
        centre, start = [], 0
        for each in self._space.ranges:
            numbers = best[start : start + each.width]
            # Of a category's numbers, the middle of its share of [0, 1].
            centre.append(numbers[0] if each.width == 1 else (numbers.argmax() + 0.5) / each.width)
            start += each.width
        return np.clip(self._random.normal(centre, _NEARNESS, (_NEAR, len(centre))), 0.0, 1.0)


def expected_improvement(process: GaussianProcessRegressor, points: Matrix, best: float) -> Matrix:
    """By how much the loss at each of `points` (candidates, dimensions) may be expected below `best`."""
    mean, deviation = process.predict(points, return_std=True)
    ratio = (best - mean) / deviation
    gain: Matrix = (best - mean) * norm.cdf(ratio) + deviation * norm.pdf(ratio)
    return gain


def _fitted(points: Matrix, losses: Matrix) -> GaussianProcessRegressor:
    """A process whose kernel is the most likely one.

    The search for it is our own: scikit-learn's warns when a length ends on its bound, as one that does not
    matter does, and only the process could silence that, not one thread of it.
    """
    lengths = np.full(points.shape[1], 0.5)
    kernel = ConstantKernel(1.0, (0.05, 20.0)) * Matern(lengths, _LENGTHS, nu=2.5) + WhiteKernel(
        1e-2, (1e-6, 1.0)
    )
    process = GaussianProcessRegressor(kernel, optimizer=None).fit(points, losses)

    def loss(theta: Matrix) -> tuple[float, Matrix]:
        value, gradient = process.log_marginal_likelihood(theta, eval_gradient=True, clone_kernel=False)
        return -value, -gradient

    found = minimize(
        loss,
        kernel.theta,
        jac=True,
        bounds=kernel.bounds,
        method="L-BFGS-B",
        options={"maxiter": _ITERATIONS},
    ).x
    return GaussianProcessRegressor(kernel.clone_with_theta(found), optimizer=None).fit(points, losses)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Such small matrices take three times as long on several threads, and their sums differ."""
    # The limit is the process's: two at a time would restore each other's.
    with _proposing, threadpool_limits(1, "blas"):
        yield


def _standardised(losses: Matrix) -> Matrix:
    spread = float(losses.std())
    standardised: Matrix = (losses - losses.mean()) / (spread if spread > 0 else 1.0)
    return standardised
