"""Exact minimisers of Linear Learner's regression losses, on standardised data.

Each takes features (rows, width), labels (rows,) and validated hyperparameters, and returns weights (width,)
and the bias. SciPy and scikit-learn are imported where they are needed: least squares needs neither.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from local_aws.services.sagemaker.containers.tables import Matrix

_SMALL = 500  # unknowns up to which a singular value decomposition is a matter of a moment
_SINGULAR = 1e-6  # ratio of Cholesky's pivots, which is the root of the matrix's, below which it is
Settings = Mapping[str, Any]
Fit = tuple[Matrix, float]
Minimiser = Callable[[Matrix, Matrix, Settings], Fit]


def squared(features: Matrix, labels: Matrix, settings: Settings) -> Fit:
    """Least mean squared error / 2 + wd / 2 |w|^2 + l1 |w|; centred data leaves no bias to find."""
    if settings.get("l1"):
        return _elastic_net(features, labels, settings), 0.0
    rows, width = features.shape
    decay = settings.get("wd", 0.0)
    if width > rows:
        # The same weights through the smaller of the two systems.
        wide: Matrix = features.T @ _of_least_norm(_gram(features.T, rows, decay), labels / rows)
        return wide, 0.0
    return _of_least_norm(_gram(features, rows, decay), features.T @ labels / rows), 0.0


def _gram(columns: Matrix, rows: int, decay: float) -> Matrix:
    gram: Matrix = columns.T @ columns
    gram /= rows  # in place: of 10,000 columns, each copy takes 800 MB
    gram[np.diag_indices_from(gram)] += decay
    return gram


def _of_least_norm(matrix: Matrix, vector: Matrix) -> Matrix:
    """Solve a positive semidefinite system (n, n) for a vector (n,)."""
    if len(matrix) <= _SMALL:
        return np.asarray(np.linalg.lstsq(matrix, vector, rcond=None)[0], np.float64)
    solution = np.zeros_like(vector)
    used = np.diag(matrix) > 0  # a feature that no row has takes no part, and would spoil the quick way
    solution[used] = _of_large(matrix[np.ix_(used, used)], vector[used])
    return solution


def _of_large(matrix: Matrix, vector: Matrix) -> Matrix:
    """By Cholesky's factors, or by eigenvectors, which take tens of times as long, where there are none."""
    from scipy.linalg import LinAlgError, cho_factor, cho_solve, eigh

    try:
        factor = cho_factor(matrix, lower=True)
    except LinAlgError:
        pivots = np.zeros(1)
    else:
        pivots = np.diag(factor[0])
    if pivots.min() > _SINGULAR * pivots.max():
        solution: Matrix = cho_solve(factor, vector)
        return solution
    values, vectors = eigh(matrix, driver="evd")
    kept = values > values[-1] * len(values) * np.finfo(float).eps
    least: Matrix = vectors[:, kept] @ (vectors[:, kept].T @ vector / values[kept])
    return least


def _elastic_net(features: Matrix, labels: Matrix, settings: Settings) -> Matrix:
    from sklearn.linear_model import ElasticNet

    penalty = settings["l1"] + settings.get("wd", 0.0)
    model = ElasticNet(alpha=penalty, l1_ratio=settings["l1"] / penalty, fit_intercept=False, max_iter=10_000)
    weights: Matrix = model.fit(features, labels).coef_
    return weights


def piecewise_linear(above: float, below: float, margin: float) -> Minimiser:
    """A minimiser of the mean above (r - margin)+ + below (-r - margin)+, plus l1 |w|: a linear program."""

    def minimise(features: Matrix, labels: Matrix, settings: Settings) -> Fit:
        from scipy import sparse
        from scipy.optimize import linprog

        rows, width = features.shape
        bias = np.full((rows, 1), float(settings.get("use_bias", True)))
        function = np.hstack([features, -features, bias, -bias])
        unit = sparse.identity(rows)
        constraints = sparse.bmat([[-function, -unit, None], [function, None, -unit]], format="csr")
        slack = np.repeat([above / rows, below / rows], rows)
        cost = np.concatenate([np.full(2 * width, settings.get("l1", 0.0)), [0.0, 0.0], slack])
        limits = np.concatenate([margin - labels, margin + labels])
        found = linprog(cost, constraints, limits, method="highs").x
        return found[:width] - found[width : 2 * width], float(found[2 * width] - found[2 * width + 1])

    return minimise


def smooth(loss_and_slope: Callable[[Matrix], tuple[Matrix, Matrix]]) -> Minimiser:
    """A minimiser of the mean loss of the residuals plus wd / 2 |w|^2, by its gradient."""

    def minimise(features: Matrix, labels: Matrix, settings: Settings) -> Fit:
        from scipy.optimize import minimize

        rows, width = features.shape
        design = np.column_stack([features, np.full(rows, float(settings.get("use_bias", True)))])
        penalty = np.append(np.full(width, settings.get("wd", 0.0)), 0.0)

        def objective(parameters: Matrix) -> tuple[float, Matrix]:
            loss, slope = loss_and_slope(labels - design @ parameters)
            value = loss.mean() + (penalty * parameters**2).sum() / 2
            return float(value), penalty * parameters - design.T @ slope / rows

        options = {"ftol": 1e-12, "gtol": 1e-8, "maxiter": 10_000, "maxfun": 100_000}
        found = minimize(objective, np.zeros(width + 1), jac=True, method="L-BFGS-B", options=options).x
        return found[:-1], float(found[-1]) if settings.get("use_bias", True) else 0.0

    return minimise


def minimiser(settings: Settings) -> Minimiser:
    """The minimiser of the loss that `settings` name."""
    quantile = settings.get("quantile", 0.5)
    margin = settings.get("loss_insensitivity", 0.01)
    delta = settings.get("huber_delta", 1.0)
    minimisers: dict[str, Minimiser] = {
        "squared_loss": squared,
        "absolute_loss": piecewise_linear(1.0, 1.0, 0.0),
        "quantile_loss": piecewise_linear(quantile, 1 - quantile, 0.0),
        "eps_insensitive_absolute_loss": piecewise_linear(1.0, 1.0, margin),
        "eps_insensitive_squared_loss": smooth(lambda residuals: _beyond(residuals, margin)),
        "huber_loss": smooth(lambda residuals: _huber(residuals, delta)),
    }
    return minimisers[settings.get("loss", "squared_loss")]


def _huber(residuals: Matrix, delta: float) -> tuple[Matrix, Matrix]:
    slope = np.clip(residuals, -delta, delta)
    return slope * (residuals - slope / 2), slope


def _beyond(residuals: Matrix, margin: float) -> tuple[Matrix, Matrix]:
    slope = np.sign(residuals) * np.maximum(np.abs(residuals) - margin, 0.0)
    return slope**2 / 2, slope
