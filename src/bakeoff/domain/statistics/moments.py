"""First and second moments of a resample, and what they say of metric differences and their standard errors.

Rows that are one piece of evidence (`clusters`) count with their mean, weighted with how many
they are: a mean over rows is then a ratio of sums over clusters, and has the standard error of one.
Source: W. Cochran (1977), Sampling Techniques, sections 6.3 and 9A.1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from bakeoff.domain.statistics.clusters import Clusters
from bakeoff.domain.statistics.resampling import Array, on_exact_grid

Linearise = Callable[[Array, Array, Array], tuple[Array, Array, Array]]


@dataclass(frozen=True)
class Moments:
    """Columns of g clusters of rows whose sums in a resample give the differences of K candidates in it.

    `columns`, shape (g, 3 K + 3): scale about its mean, centred label, squared scale; gaps about their
    means, gaps times scale, squared gaps; each with its cluster's weight, second moments with that squared.
    Where the weights differ, K + 3 more follow: their squares, those times scale and times gaps, and the
    weights. `units`, shape (K,), turn differences into the metric's own unit; `scale_units`, shape (K,),
    turn the scale that all candidates share into the unit of each gap.
    """

    columns: Array
    gap_means: Array
    scale_mean: float
    units: Array
    scale_units: Array
    linearise: Linearise

    @property
    def clusters(self) -> int:
        return len(self.columns)

    def differences(self, counts: Array) -> tuple[Array, Array]:
        """Differences and their standard errors, both of shape (b, K) and in `units`, in b resamples that
        hold each cluster as often as `counts`, shape (b, g), says. A difference that a resample leaves
        undefined is infinite.
        """
        rows, means = self._means(counts)
        scale, label, scale_square, gap, product, square, weight, weighted_scale, weighted_gap = means
        own = self.scale_units
        difference, u, v = self.linearise(gap + self.gap_means, (scale + self.scale_mean) * own, label)
        # Second moments about the resample's own means: the usual ones where no cluster is weighted.
        variance = u**2 * (square - gap * (2 * weighted_gap - gap * weight))
        covariance = product - (gap * weighted_scale + scale * (weighted_gap - gap * weight))
        variance += 2 * u * v * (covariance * own)
        variance += v**2 * ((scale_square - scale * (2 * weighted_scale - scale * weight)) * own**2)
        return difference, np.sqrt(np.maximum(variance, 0.0) / rows)

    def in_sample(self) -> tuple[Array, Array]:
        """The same of the sample itself, both of shape (K,)."""
        differences, errors = self.differences(np.ones((1, self.clusters)))
        return differences[0], errors[0]

    def _means(self, counts: Array) -> tuple[Array, list[Array]]:
        """How many rows each resample has, in units of a cluster's mean, and its sums divided by that."""
        candidates = len(self.gap_means)
        widths = [1, 1, 1, candidates, candidates, candidates, 1, 1, candidates]
        sums = counts @ self.columns
        parts = np.split(sums, list(accumulate(widths)), axis=1)
        rows = parts.pop()
        if rows.size:
            return rows, [part / rows for part in parts]
        rows = np.full((1, 1), float(self.clusters))
        scale, label, scale_square, gap, *second = [part / rows for part in parts[:6]]
        return rows, [scale, label, scale_square, gap, *second, np.ones((1, 1)), scale, gap]


def moments_of(
    gaps: Array,
    scale: Array,
    label: Array,
    clusters: Clusters,
    units: Array,
    scale_units: Array,
    linearise: Linearise,
) -> Moments:
    """The moments of n rows in g clusters: `gaps` of shape (n, K), `scale` and the centred `label` of shape
    (n,), all of about 1 at most; the rest as `Moments` has it.
    """
    gap, spread, weights = clusters.means(gaps), clusters.means(scale), clusters.weights
    # About their means, the second moments lose no digits to cancellation.
    gap_means = np.array([math.fsum(weights * column) / len(clusters) for column in gap.T])
    scale_mean = math.fsum(weights * spread) / len(clusters)
    gap, spread = (gap - gap_means) * weights[:, None], ((spread - scale_mean) * weights)[:, None]
    columns = [spread, (clusters.means(label) * weights)[:, None], spread**2, gap, gap * spread, gap**2]
    if not clusters.are_even:
        each = weights[:, None]
        columns += [each**2, spread * each, gap * each, each]
    grid = on_exact_grid(np.hstack(columns))
    return Moments(grid, gap_means, scale_mean, units, scale_units, linearise)
