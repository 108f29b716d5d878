"""Time and memory of judging 40 candidates on 100,000 test rows of three classes: a process of its own, for
an honest peak.

python -m benchmarks.verdict.classes.scale METRIC
"""

from __future__ import annotations

import json
import sys

import numpy as np

from bakeoff.domain.statistics.resampling import Array
from bakeoff.domain.verdict.options import Candidate, VerdictOptions
from bakeoff.domain.verdict.reach import reach_verdict
from benchmarks.verdict.abalone import SEED
from benchmarks.verdict.costs import with_cost
from benchmarks.verdict.scale import CANDIDATES, ROWS, TRAIN_ROWS

CLASSES = ("low", "middle", "high")


def main() -> None:
    options = VerdictOptions(task="classification", metric=sys.argv[1])
    draw = np.random.default_rng(SEED)
    scores = draw.normal(0, 1, (ROWS, len(CLASSES)))
    labels = np.argmax(scores + draw.gumbel(0, 1, scores.shape), axis=1)
    field = [_candidate(number, scores, draw) for number in range(CANDIDATES)]
    verdict, cost = with_cost(
        lambda: reach_verdict(labels.astype(np.float64), field, TRAIN_ROWS, options, classes=CLASSES)
    )
    told = {"candidates": CANDIDATES, "rows": ROWS, "classes": len(CLASSES), "metric": options.metric}
    print(json.dumps(told | {"outcome": verdict["outcome"]} | cost))


def _candidate(number: int, scores: Array, draw: np.random.Generator) -> Candidate:
    found = np.exp(scores + draw.normal(0, 0.3 + number / 100, scores.shape))
    found /= found.sum(axis=1, keepdims=True)
    predicted = np.argmax(found, axis=1).astype(np.float64)
    return Candidate(f"candidate {number}", predicted, probabilities=found)


if __name__ == "__main__":
    main()
