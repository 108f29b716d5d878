"""What is drawn for a case of folds, and what learns from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xgboost
from sklearn.tree import ExtraTreeRegressor

from bakeoff.domain.statistics.clusters import Numbers
from bakeoff.domain.statistics.resampling import Array

FEATURES = 8
GROUPS = 60
Learner = Callable[[Array, Array, Array, int], Array]


@dataclass(frozen=True)
class Data:
    """`clusters`, shape (n,), number the rows' groups, of which each is in one fold."""

    features: Array
    labels: Array
    clusters: Numbers


def boosted(columns: slice = slice(None), objective: str = "reg:squarederror") -> Learner:
    """XGBoost in few rounds, each on half of the rows, so that its seed matters."""
    parameters = {
        "objective": objective,
        "eta": 0.2,
        "max_depth": 4,
        "subsample": 0.5,
        "max_bin": 32,
        "nthread": 1,
        "tree_method": "hist",
        "base_score": 0.5,
    }

    def learn(features: Array, labels: Array, asked: Array, seed: int) -> Array:
        known, new = np.ascontiguousarray(features[:, columns]), np.ascontiguousarray(asked[:, columns])
        model = xgboost.train(parameters | {"seed": seed}, xgboost.DMatrix(known, labels, nthread=1), 20)
        return np.asarray(model.predict(xgboost.DMatrix(new, nthread=1)), dtype=np.float64)

    return learn


def random_tree(features: Array, labels: Array, asked: Array, seed: int) -> Array:
    """One tree with random thresholds: it is its seed that decides what it learns."""
    model = ExtraTreeRegressor(max_depth=5, max_features=3, random_state=seed).fit(features, labels)
    return np.asarray(model.predict(asked))


def least_squares(columns: slice = slice(None)) -> Learner:
    def learn(features: Array, labels: Array, asked: Array, seed: int) -> Array:
        known = np.column_stack([np.ones(len(features)), features[:, columns]])
        weights = np.linalg.lstsq(known, labels, rcond=None)[0]
        return np.asarray(np.column_stack([np.ones(len(asked)), asked[:, columns]]) @ weights)

    return learn


def numbers(
    errors: Callable[[np.random.Generator, int], Array],
) -> Callable[[int, np.random.Generator], Data]:
    def drawn(rows: int, draw: np.random.Generator) -> Data:
        features = draw.normal(0, 1, (rows, FEATURES))
        return Data(features, _signal(features) + errors(draw, rows), np.arange(rows))

    return drawn


def _signal(features: Array) -> Array:
    """Alike in the first and the second half of the columns, which are exchangeable therefore."""
    halves = (features[:, :4], features[:, 4:])
    found: Array = sum(one[:, 0] + 0.7 * one[:, 1] * one[:, 2] + 0.8 * np.abs(one[:, 3]) for one in halves)  # type: ignore[assignment]
    return found


def groups(rows: int, draw: np.random.Generator) -> Data:
    """Rows of few groups, which share features and what is not explained."""
    members = np.sort(draw.integers(0, GROUPS, rows))
    shared = draw.normal(0, 1, (GROUPS, FEATURES))[members]
    features = 0.8 * shared + 0.6 * draw.normal(0, 1, (rows, FEATURES))
    errors = draw.normal(0, 1, GROUPS)[members] + draw.normal(0, 0.5, rows)
    return Data(features, _signal(features) + errors, members)


def classes(rows: int, draw: np.random.Generator) -> Data:
    """Two, of about as many rows each."""
    features = draw.normal(0, 1, (rows, FEATURES))
    score = _signal(features) + draw.logistic(0, 1, rows)
    return Data(features, (score > _MEDIAN).astype(float), np.arange(rows))


_MEDIAN = 1.27  # of the score, by a million rows
