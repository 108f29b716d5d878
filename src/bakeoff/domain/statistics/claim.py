"""How far a difference must reach before it counts.

What a margin and an inflated standard error stand for is its user's to say: `bakeoff.domain.verdict.claim`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bakeoff.domain.statistics.resampling import Array


@dataclass(frozen=True)
class Claim:
    """A lead counts as far as it exceeds `margin`, in the metric's unit (relative_accuracy: percentage
    points), and is measured in standard errors `inflation` times as large as those of the trained models: one
    number for all leads, or for each its own.
    """

    margin: float = 0.0
    inflation: float | Array = 1.0

    def shrink_factors(self, leads: Array) -> Array:
        """What to multiply the t statistics of `leads`, at least 0, by; of a lead of 0 nothing is left."""
        beyond = np.maximum(leads - self.margin, 0.0)
        shares: Array = np.divide(beyond, leads, out=np.zeros_like(leads), where=leads > 0)
        return shares / self.inflation


NO_CLAIM = Claim()
