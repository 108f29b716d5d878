"""A row's label from those of its neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from local_aws.services.sagemaker.containers.tables import Matrix

_CELLS = 10_000_000  # counts to hold at a time


def mean(labels: Matrix) -> Matrix:
    """The mean (rows,) of labels (rows, k), the nearest first."""
    # With an axis of one output, as scikit-learn sums: another order of sums, another last digit.
    means: Matrix = labels[:, :, None].mean(axis=1)[:, 0]
    return means


def majority(labels: Matrix) -> Matrix:
    """The most frequent (rows,) of labels (rows, k); of those that are equally frequent, the smallest."""
    known, codes = np.unique(labels, return_inverse=True)
    codes = codes.reshape(labels.shape)
    step = max(1, _CELLS // len(known))
    winners = [
        _most_frequent(codes[start : start + step], len(known)) for start in range(0, len(codes), step)
    ]
    chosen: Matrix = known[np.concatenate(winners)]
    return chosen


def _most_frequent(codes: NDArray[np.intp], classes: int) -> NDArray[np.intp]:
    cells = codes + np.arange(len(codes))[:, None] * classes
    counts = np.bincount(cells.ravel(), minlength=len(codes) * classes).reshape(-1, classes)
    winners: NDArray[np.intp] = counts.argmax(axis=1)
    return winners
