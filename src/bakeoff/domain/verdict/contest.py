"""The best candidate beside its rivals: what the data allow to say about them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

from bakeoff.domain.run.documents import Difference, Verdict
from bakeoff.domain.run.planned import LOWEST_COST
from bakeoff.domain.statistics.bootstrap import PairedDifference
from bakeoff.domain.verdict import wording
from bakeoff.domain.verdict.options import Candidate, VerdictOptions
from bakeoff.domain.verdict.training import Training
from bakeoff.domain.verdict.wording import Floor, Rows

_POWER = 0.8
# More than any data set has; a lead that takes them exceeds the margin by a rounding error.
_MOST_ROWS = 10**15


@dataclass(frozen=True)
class Rival:
    """A candidate that is not the best; `paired` is its difference to the best, and `training` what another
    training might change of that.
    """

    candidate: Candidate
    value: float
    paired: PairedDifference
    p_value_adjusted: float
    training: Training


@dataclass(frozen=True)
class Contest:
    """`value`: the best's metric; `rivals`: at least one, the nearest first; `margin`: up to which a lead
    counts as none; `rows`: the test rows; `floors`: what it takes of them to judge at all.
    """

    best: Candidate
    value: float
    rivals: Sequence[Rival]
    margin: float
    rows: Rows
    floors: Sequence[Floor]
    options: VerdictOptions

    @cached_property
    def tied_rivals(self) -> list[Rival]:
        """The rivals that are not significantly worse than the best."""
        return [rival for rival in self.rivals if rival.p_value_adjusted > self.options.alpha]

    def verdict(self) -> Verdict:
        for floor in self.floors:
            if floor.is_missed:
                return self._too_few_rows(floor)
        return self._tie() if self.tied_rivals else self._winner()

    def _winner(self) -> Verdict:
        return {
            **self._undecided,
            "outcome": "winner",
            "best": self.best.name,
            "recommended": self.best.name,
            "reason": wording.winner(self._lead(self.rivals)),
            "comparisons": [self._comparison(rival, known=True) for rival in self.rivals],
        }

    def _tie(self) -> Verdict:
        needed, recommended = self._rows_needed(self.tied_rivals), self._recommended()
        because = self._because(recommended)
        return {
            **self._undecided,
            "outcome": "tie",
            "best": self.best.name,
            "recommended": recommended.name,
            "tied_with_best": [rival.candidate.name for rival in self.tied_rivals],
            "rows_needed": needed,
            "reason": wording.tie(self._lead(self.tied_rivals), because, needed),
            "comparisons": [self._comparison(rival, known=True) for rival in self.rivals],
        }

    def _too_few_rows(self, floor: Floor) -> Verdict:
        needed, lead = self._rows_needed(self.rivals), self._lead(self.rivals)
        return {
            **self._undecided,
            "best": self.best.name,
            "recommended": self.best.name,
            "rows_needed": needed,
            "reason": wording.too_few_rows(lead, floor, needed),
            "comparisons": [self._comparison(rival, known=False) for rival in self.rivals],
        }

    @property
    def _undecided(self) -> Verdict:
        nearest = self.rivals[0].training
        return {**undecided(self.options), "margin": self.margin, "inflation": nearest.inflation}

    @property
    def _eligible(self) -> list[Candidate]:
        return [self.best, *(rival.candidate for rival in self.tied_rivals)]

    def _because(self, recommended: Candidate) -> str:
        preference = self.options.preference
        return wording.recommendation(
            recommended.name,
            self.options.metric,
            preference,
            recommended.cost(preference),
            recommended.currency,
            [item.name for item in self._eligible if item.cost(preference) is None],
        ) + self._doubt(recommended)

    def _doubt(self, recommended: Candidate) -> str:
        """What the measured throughputs do not tell apart, where those decide."""
        priced = [item for item in self._eligible if item.cost(self.options.preference) is not None]
        if self.options.preference != LOWEST_COST or len(priced) < 2:
            return ""
        others = [item for item in priced if item.name != recommended.name]
        near = {item.name: item.may_cost_as_little_as(recommended) for item in others}
        repeated = all("low" in (item.cost_per_million or {}) for item in priced)
        return wording.doubt(
            [name for name, is_near in near.items() if is_near],
            [name for name, is_near in near.items() if is_near is None] if repeated else [],
        )

    def _recommended(self) -> Candidate:
        eligible = self._eligible
        costs = [item.cost(self.options.preference) for item in eligible]
        # Of equal costs, and where none is known, the first has the better metric.
        return min(
            zip(eligible, costs, strict=True), key=lambda pair: math.inf if pair[1] is None else pair[1]
        )[0]

    def _rows_needed(self, rivals: Sequence[Rival]) -> int | None:
        """Standard errors shrink with the root of the distinct rows; the share of test rows, and with it what
        training adds to them, stays.
        """
        normal = NormalDist()
        reach = normal.inv_cdf((1 + self.options.confidence) / 2) + normal.inv_cdf(_POWER)
        excess = [abs(rival.value - self.value) - self.margin for rival in rivals]
        if min(excess) <= 0:
            return None
        errors = [rival.training.inflation * rival.paired.standard_error for rival in rivals]
        ratio = max(error / beyond for error, beyond in zip(errors, excess, strict=True))
        rows = self.rows.distinct
        needed = rows * (reach * ratio) * (reach * ratio)
        least = max(rows + 1, *(floor.rows_needed(rows) for floor in self.floors))
        return math.ceil(max(needed, least)) if max(needed, least) < _MOST_ROWS else None

    def _lead(self, rivals: Sequence[Rival]) -> wording.Lead:
        nearest = rivals[0]
        return wording.Lead(
            metric=self.options.metric,
            task=self.options.task,
            confidence=self.options.confidence,
            best=self.best.name,
            value=self.value,
            nearest=nearest.candidate.name,
            nearest_value=nearest.value,
            half_width=nearest.paired.half_width,
            margin=self.margin,
            inflation=nearest.training.inflation,
            margin_share=self.options.equivalence_margin,
            rivals=[rival.candidate.name for rival in rivals],
            compared=len(self.rivals),
            rows=self.rows,
        )

    def _comparison(self, rival: Rival, known: bool) -> Difference:
        difference, paired = rival.value - self.value, rival.paired
        bounded = known and math.isfinite(paired.half_width)
        told: Difference = {
            "candidate": rival.candidate.name,
            "against": self.best.name,
            "difference": difference,
            "ci_low": difference - paired.half_width if bounded else None,
            "ci_high": difference + paired.half_width if bounded else None,
            "p_value": paired.p_value if known else None,
            "p_value_adjusted": rival.p_value_adjusted if known else None,
        }
        rival.training.tell(told)
        return told


def undecided(options: VerdictOptions, best: str | None = None, reason: str = "") -> Verdict:
    """The verdict before anything is decided, which it remains where nothing can be; `best` is the only
    candidate that finished.
    """
    return {
        "outcome": "inconclusive",
        "best": best,
        "recommended": best,
        "preference": options.preference,
        "tied_with_best": [],
        "confidence": options.confidence,
        "resamples": options.resamples,
        "seed": options.seed,
        "equivalence_margin": options.equivalence_margin,
        "margin": None,
        "inflation": None,
        "rows_needed": None,
        "reason": reason,
        "comparisons": [],
    }
