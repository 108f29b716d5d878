"""Test rows that are one piece of evidence, because they are equal: resampling draws them together.

A row that a file repeats is one observation, however often it stands there. Equal rows always share a split
(a row's split follows from its content), so that a model is judged on all the copies or on none; drawn one by
one, they would make the same errors look confirmed. Drawn as clusters, n copies of every row say exactly what
the rows say once.
Source: A. Davison and D. Hinkley (1997), Bootstrap Methods and their Application, section 3.8 (resampling of
whole groups); for standard errors by clusters K.-Y. Liang and S. Zeger (1986), Biometrika 73, 13-22.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bakeoff.domain.statistics.resampling import Array

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Clusters:
    """`members`, shape (n,), holds each row's cluster, 0 to g - 1; `first`, shape (g,), a row of each."""

    members: Numbers
    first: Numbers

    @classmethod
    def of(cls, labels: Sequence[int] | Numbers | None, rows: int) -> Clusters:
        """Rows with equal `labels`, shape (rows,), are a cluster; None: every row is one of its own. The
        clusters come in the order of their labels, or of the rows where no label repeats.

        Raises ValueError when the labels are not as many as the rows.
        """
        alone = np.arange(rows)
        if labels is None:
            return cls(alone, alone)
        if len(labels) != rows:
            raise ValueError(f"{len(labels)} clusters are given for {rows} rows")
        names, first, members = np.unique(np.asarray(labels), return_index=True, return_inverse=True)
        if len(names) == rows:
            return cls(alone, alone)
        return cls(members.astype(np.int64, copy=False), first.astype(np.int64, copy=False))

    def __len__(self) -> int:
        return len(self.first)

    @property
    def rows(self) -> int:
        return len(self.members)

    @cached_property
    def weights(self) -> Array:
        """How many rows each cluster has, in units of their mean, shape (g,): 1 where all have as many."""
        weights: Array = np.bincount(self.members) * len(self) / self.rows
        return weights

    @cached_property
    def are_even(self) -> bool:
        return bool(np.all(self.weights == 1))

    def select(self, kept: NDArray[np.bool_]) -> Clusters:
        """Those of the rows that `kept`, shape (n,), keeps."""
        return Clusters.of(self.members[kept], int(np.count_nonzero(kept)))

    def mean(self, values: Array) -> float:
        """The mean over all rows of `values`, shape (n,), equal within each cluster."""
        return math.fsum(self.weights * values[self.first]) / len(self)

    def means(self, values: Array) -> Array:
        """The means over each cluster of `values`, shape (n,) or (n, k): shape (g,) or (g, k).

        Equal values have themselves as their mean, to the last bit.
        """
        if len(self) == self.rows:
            return values
        start = values[self.first]
        deviations = values - start[self.members]
        # A model answers equal rows alike, but for what the rows of a batch may do to the last digit.
        if not deviations.any():
            return start
        table = deviations.reshape(self.rows, -1).T
        sums = np.column_stack([np.bincount(self.members, column, len(self)) for column in table])
        means: Array = start + (sums / np.bincount(self.members)[:, None]).reshape(start.shape)
        return means
