"""Rows in groups of about the same size, by a value."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bakeoff.report.predictions import Values

Rows = NDArray[np.intp]


def quantile_bins(values: Values, count: int) -> list[Rows]:
    """Row numbers of at most `count` groups between quantiles of `values`, shape (n,), n >= 1, ascending.

    Equal values always share a group, so there are fewer groups where a value is frequent.
    """
    inner = np.linspace(0, 1, count + 1)[1:-1]
    edges = np.unique(np.quantile(values, inner, method="higher"))
    group = np.digitize(values, edges)
    return [np.flatnonzero(group == number) for number in np.unique(group)]
