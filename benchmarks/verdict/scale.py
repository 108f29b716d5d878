"""Time and memory of judging 40 candidates on 100,000 test rows: a process of its own, for an honest peak.

python -m benchmarks.verdict.scale [DISTINCT_ROWS]
"""

from __future__ import annotations

import json
import sys

import numpy as np

from bakeoff.domain.verdict.options import Candidate
from bakeoff.domain.verdict.reach import reach_verdict
from benchmarks.verdict.abalone import SEED
from benchmarks.verdict.costs import with_cost

CANDIDATES = 40
ROWS = 100_000
TRAIN_ROWS = 466_667  # as 70% are to 15%


def main() -> None:
    distinct = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    draw = np.random.default_rng(SEED)
    labels = 1 + draw.gamma(3, 3, distinct)
    # The first rows have the copies: clusters of different sizes need more memory than rows of their own.
    place = np.arange(ROWS) % distinct
    field = [
        Candidate(f"candidate {number}", (labels + draw.normal(0, 1 + number / 100, distinct))[place])
        for number in range(CANDIDATES)
    ]
    clusters = None if distinct == ROWS else place.tolist()
    verdict, cost = with_cost(lambda: reach_verdict(labels[place], field, TRAIN_ROWS, clusters=clusters))
    told = {"candidates": CANDIDATES, "rows": ROWS, "distinct": distinct, "outcome": verdict["outcome"]}
    print(json.dumps(told | cost))


if __name__ == "__main__":
    main()
