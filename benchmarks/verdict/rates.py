"""A share of trials, with what chance leaves open about it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Rate:
    count: int
    trials: int

    @property
    def share(self) -> float:
        return self.count / self.trials

    @property
    def interval(self) -> tuple[float, float]:
        """95%, after E. B. Wilson (1927)."""
        weight = _Z**2 / self.trials
        centre = (self.share + weight / 2) / (1 + weight)
        half = _Z * math.sqrt((self.share * (1 - self.share) + weight / 4) / self.trials) / (1 + weight)
        return centre - half, centre + half

    def as_dict(self) -> dict[str, float]:
        low, high = self.interval
        return {"count": self.count, "trials": self.trials, "share": self.share, "low": low, "high": high}
