"""The index of labelled points, on disk and behind HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.neighbors import NearestNeighbors

from local_aws.services.sagemaker.containers.knn.voting import majority, mean
from local_aws.services.sagemaker.containers.replies import Record, reply
from local_aws.services.sagemaker.containers.server import Invocation, Reply
from local_aws.services.sagemaker.containers.tables import Matrix, read_request

_FILE = "model_algo-1.npz"
_PREDICTORS = {"regressor": mean, "classifier": majority}
_SEED = 0


@dataclass(frozen=True)
class Index:
    """The sampled `points` (rows, features) and `labels` (rows,); `projection` is (features, target), or
    None where features are kept as they are: an identity matrix of 10,000 features takes 800 MB.
    """

    points: Matrix
    labels: Matrix
    projection: Matrix | None
    k: int
    predictor_type: str
    metric: str

    def reduced(self, features: Matrix) -> Matrix:
        return features if self.projection is None else features @ self.projection


@dataclass(frozen=True)
class Neighbours:
    """The k nearest of every row, the nearest first: `distances` and `labels` (rows, k)."""

    distances: Matrix
    labels: Matrix


class NeighbourModel:
    def __init__(self, index: Index) -> None:
        self._index = index
        stored = index.reduced(index.points)
        self._radius = float(np.linalg.norm(stored, axis=1).max())
        self._search = NearestNeighbors(n_neighbors=index.k)
        self._search.fit(_as_euclidean(stored, index.metric, self._radius))
        self._predict = _PREDICTORS[index.predictor_type]

    def neighbours(self, features: Matrix) -> Neighbours:
        """Of features (rows, features)."""
        queries = self._index.reduced(features)
        radius = None if self._index.metric == "INNER_PRODUCT" else self._radius
        distances, places = self._search.kneighbors(_as_euclidean(queries, self._index.metric, radius))
        return Neighbours(distances, self._index.labels[places])

    def predict(self, features: Matrix) -> Matrix:
        """Labels (rows,) of features (rows, features)."""
        return self._predict(self.neighbours(features).labels)

    def answer(self, invocation: Invocation) -> Reply:
        """A label a row; with `verbose=true` in Accept also the distances and labels of its neighbours."""
        found = self.neighbours(read_request(invocation, self._index.points.shape[1]))
        labels = self._predict(found.labels).tolist()
        records: Iterable[Record] = ({"predicted_label": label} for label in labels)
        if invocation.accept_parameters.get("verbose") == "true":
            rows = zip(labels, found.distances.tolist(), found.labels.tolist(), strict=True)
            records = (
                {"predicted_label": label, "distances": distances, "labels": voters}
                for label, distances, voters in rows
            )
        return reply(records, invocation.accept)


def build(features: Matrix, labels: Matrix, settings: Mapping[str, Any]) -> Index:
    """Sample and reduce as `settings` (validated hyperparameters) say; deterministic."""
    random = np.random.default_rng(_SEED)
    size = min(settings["sample_size"], len(features))
    sample = np.sort(random.choice(len(features), size, replace=False))
    return Index(
        features[sample],
        labels[sample],
        _projection(features.shape[1], settings, random),
        settings["k"],
        settings["predictor_type"],
        settings.get("index_metric", "L2"),
    )


def save(index: Index, folder: Path) -> None:
    np.savez(folder / _FILE, **{name: value for name, value in vars(index).items() if value is not None})


def load(folder: Path) -> NeighbourModel:
    with np.load(folder / _FILE) as stored:
        fields = {name: stored[name] if stored[name].ndim else stored[name].item() for name in stored.files}
    return NeighbourModel(Index(**{"projection": None, **fields}))


def _projection(width: int, settings: Mapping[str, Any], random: np.random.Generator) -> Matrix | None:
    kind = settings.get("dimension_reduction_type")
    if kind is None:
        return None
    target = settings["dimension_reduction_target"]
    if kind == "sign":
        signs: Matrix = random.choice([-1.0, 1.0], (width, target)) / np.sqrt(target)
        return signs
    flips = random.choice([-1.0, 1.0], width)
    kept = np.sort(random.choice(width, target, replace=False))
    transform: Matrix = flips[:, None] * _cosines(width)[:, kept] * np.sqrt(width / target)
    return transform


def _cosines(width: int) -> Matrix:
    """The orthonormal discrete cosine transform as a matrix."""
    steps = np.arange(width)
    matrix = np.cos(np.pi * (steps[:, None] + 0.5) * steps[None, :] / width) * np.sqrt(2 / width)
    matrix[:, 0] /= np.sqrt(2)
    cosines: Matrix = matrix
    return cosines


def _as_euclidean(points: Matrix, metric: str, radius: float | None) -> Matrix:
    """Points whose L2 order is that of `metric`.

    For INNER_PRODUCT a stored point gets the coordinate that lifts it to the common `radius`, and a query
    (radius None) gets 0 (Bachrach et al. 2014).
    """
    if metric == "L2":
        return points
    norms = np.linalg.norm(points, axis=1, keepdims=True)
    if metric == "COSINE":
        directions: Matrix = points / np.where(norms > 0, norms, 1.0)
        return directions
    lift = np.zeros_like(norms) if radius is None else np.sqrt(np.maximum(radius**2 - norms**2, 0.0))
    return np.hstack([points, lift])
