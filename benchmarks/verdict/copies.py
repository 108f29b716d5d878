"""What copies of rows do to verdicts: the same algorithm twice, on test rows of Abalone that are repeated.

Two seeds of XGBoost learn from the same rows and are judged on others, each of which is there once, four
times or a number of times of its own. Each verdict falls twice: with every copy for evidence of its own, and
with equal rows as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bakeoff.domain.statistics.resampling import Array
from bakeoff.domain.verdict.options import Candidate, VerdictOptions
from bakeoff.domain.verdict.reach import reach_verdict
from benchmarks.verdict.abalone import SEED, XGBOOST_SEEDS, Split, splits
from benchmarks.verdict.rates import Rate

RUNS = 100
# Two trainings on more of Abalone hardly differ, and few rows judge what copies make of them.
TRAINED_ON, JUDGED_ON = 600, 100
KINDS = ("once", "four times", "uneven")
LEADS = {"any_lead": VerdictOptions(equivalence_margin=0), "with_margin": VerdictOptions()}
Copies = NDArray[np.int64]


@dataclass(frozen=True)
class Judged:
    """The labels of distinct test rows and two models' predictions of them, all of shape (n,)."""

    actual: Array
    one: Array
    other: Array

    def winner(self, copies: Copies, clusters: bool, options: VerdictOptions) -> bool:
        """Whether one wins when each row is there as often as `copies`, shape (n,), says."""
        place = np.repeat(np.arange(len(self.actual)), copies)
        field = [Candidate("seed_20", self.one[place]), Candidate("seed_21", self.other[place])]
        train_rows = len(place) * TRAINED_ON // JUDGED_ON
        numbers = place.tolist() if clusters else None
        verdict = reach_verdict(self.actual[place], field, train_rows, options, numbers)
        return bool(verdict["outcome"] == "winner")


def judge_copies(data: Path) -> list[dict[str, Any]]:
    """How often one of the two wins, by rows and by clusters, for any lead and with the margin."""
    found = [_judged(split) for split in islice(splits(data, SEED), RUNS)]
    return [_rates(kind, found) for kind in KINDS]


def _judged(split: Split) -> Judged:
    few = Split(
        split.features[:TRAINED_ON],
        split.labels[:TRAINED_ON],
        split.test_features[:JUDGED_ON],
        split.test_labels[:JUDGED_ON],
    )
    one, other = (few.boosted(seed) for seed in XGBOOST_SEEDS)
    return Judged(few.test_labels, one, other)


def _rates(kind: str, found: list[Judged]) -> dict[str, Any]:
    copies = [_copies(kind, number) for number in range(len(found))]
    rates = {
        f"{how}_{lead}": Rate(
            sum(run.winner(own, how == "clusters", options) for run, own in zip(found, copies, strict=True)),
            len(found),
        ).as_dict()
        for how in ("rows", "clusters")
        for lead, options in LEADS.items()
    }
    rows = round(sum(int(own.sum()) for own in copies) / len(copies))
    return {"kind": kind, "test_rows": rows, "distinct": JUDGED_ON, **rates}


def _copies(kind: str, number: int) -> Copies:
    if kind == "uneven":
        return 2 ** np.random.default_rng([SEED, number, 16]).integers(0, 5, JUDGED_ON)
    return np.full(JUDGED_ON, {"once": 1, "four times": 4}[kind])
