"""The verdict: which candidate predicts best on the same test rows, and whether the data support saying so.

The best is chosen on the very rows that judge it, so its lead is optimistic. The verdict holds nevertheless:
a winner needs a significant two-sided difference to *every* other candidate, the runner-up included, and the
two-sided test against the runner-up stays valid although the data chose the pair. Proved for normal means of
equal variance by S. Gutmann and Z. Maymin (1987), Is the selected population the best?, Annals of Statistics
15, 456-461, and for exponential families by K. Hung and W. Fithian (2019), Rank verification for exponential
families, Annals of Statistics 47, 758-782; for this paired bootstrap `python -m benchmarks.verdict equals`
simulates 2 and 5 equal candidates. Holm's adjustment covers the claims about all the others, each of them
a claim about the algorithms, not about these two models alone (`bakeoff.domain.verdict.claim`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from bakeoff.domain.run.documents import Verdict
from bakeoff.domain.statistics import holm
from bakeoff.domain.statistics.bootstrap import paired_bootstrap
from bakeoff.domain.statistics.clusters import Clusters
from bakeoff.domain.statistics.metrics import LOWER_IS_BETTER, measure
from bakeoff.domain.statistics.resampling import Array
from bakeoff.domain.verdict import wording
from bakeoff.domain.verdict.claim import claim_of_better_algorithm
from bakeoff.domain.verdict.contest import Contest, Rival, undecided
from bakeoff.domain.verdict.options import Candidate, VerdictOptions
from bakeoff.domain.verdict.wording import Rows

_DEFAULTS = VerdictOptions()


@dataclass(frozen=True)
class _Scored:
    candidate: Candidate
    predicted: Array
    value: Any  # a float, or None where the labels leave the metric undefined


def reach_verdict(
    actual: Sequence[float] | Array,
    candidates: Sequence[Candidate],
    train_rows: int,
    options: VerdictOptions = _DEFAULTS,
    clusters: Sequence[int] | None = None,
) -> Verdict:
    """The verdict on the candidates' predictions of the labels `actual`, shape (n,), as comparison.json holds
    it (schema version 1); each learnt from the same `train_rows` rows. Rows with the same number in
    `clusters`, shape (n,), are equal, and are one where evidence is counted (None: no two are); the metrics
    are those of all rows. Equal arguments, candidates in any order, give an equal verdict on every machine.

    `outcome` is "winner" when every other candidate's `p_value_adjusted` is at most 1 - confidence, "tie"
    when at least one is above, and "inconclusive" when there are fewer than two candidates or MIN_TEST_ROWS
    distinct rows (accuracy: with a label other than 0), or when the rows leave the metric undefined. `best`
    has the best metric; of equals, it is the first by name. `comparisons` are in the metric's order:
    `difference` is the candidate's metric minus the best's, in the metric's unit (accuracy: percentage
    points). Its interval and `p_value` speak of the two trained models alone; `p_value_adjusted` is that of
    the claim that the other is the worse algorithm by more than `margin`, in the metric's unit, with standard
    errors `inflation` times as large (`claim`), adjusted after Holm. All are None below
    MIN_TEST_ROWS.
    `rows_needed`, for a tie and for too few rows, is the number of distinct test rows at which the
    differences seen, were they the true ones, would each suffice with a chance of 80%, with training rows in
    proportion; None when one of them is within the margin.

    Raises ValueError when names repeat, when nothing was trained on, or when labels or predictions differ in
    number or are not finite; OverflowError when a squared error is beyond the range of floats.
    """
    labels = _column("a label", actual)
    scored = _scored(labels, candidates, options.metric)
    if undefined := sorted(item.candidate.name for item in scored if item.value is None):
        return undecided(options, reason=wording.undefined(options.metric, undefined))
    if len(scored) < 2:
        only = scored[0].candidate.name if scored else None
        return undecided(options, only, wording.nothing_to_compare(only))
    return _contest(labels, scored, train_rows, options, Clusters.of(clusters, len(labels))).verdict()


def _column(what: str, values: Sequence[float] | Array) -> Array:
    column = np.asarray(values, dtype=np.float64)
    if not np.all(np.isfinite(column)):
        raise ValueError(f"{what} is not a finite number")
    return column


def _scored(labels: Array, candidates: Sequence[Candidate], metric: str) -> list[_Scored]:
    """Best first."""
    names = [item.name for item in candidates]
    if len(set(names)) < len(names):
        raise ValueError(f"candidates need different names, not {', '.join(names)}")
    scored = []
    for item in candidates:
        predicted = _column(f"a prediction of {item.name}", item.predicted)
        if predicted.shape != labels.shape:
            raise ValueError(f"{item.name} predicts {predicted.size} rows, but {labels.size} are labelled")
        # measure() decides what a metric is; the bootstrap only says how far to trust a difference.
        value = getattr(measure(labels.tolist(), predicted.tolist()), metric)
        scored.append(_Scored(item, predicted, value))
    sign = 1 if metric in LOWER_IS_BETTER else -1
    return sorted(scored, key=lambda item: (sign * (item.value or 0.0), item.candidate.name))


def _contest(
    labels: Array,
    scored: Sequence[_Scored],
    train_rows: int,
    options: VerdictOptions,
    clusters: Clusters,
) -> Contest:
    best, *others = scored
    # Rows over rows: each split holds distinct rows, whose copies follow them, in about the same share.
    claim = claim_of_better_algorithm(options, best.value, len(labels), train_rows)
    # On a busy machine the threads of OpenBLAS spend their time waiting for one another.
    with threadpool_limits(1, "blas"):
        paired = paired_bootstrap(
            options.metric,
            labels,
            np.column_stack([item.predicted for item in others]),
            best.predicted,
            confidence=options.confidence,
            resamples=options.resamples,
            seed=options.seed,
            claim=claim,
            clusters=clusters,
        )
    adjusted = holm.adjust([item.claim_p_value for item in paired])
    rivals = [
        Rival(item.candidate, item.value, difference, p_value)
        for item, difference, p_value in zip(others, paired, adjusted, strict=True)
    ]
    usable = clusters.select(labels != 0) if options.metric == "accuracy" else clusters
    return Contest(best.candidate, best.value, rivals, claim, _rows(clusters), _rows(usable), options)


def _rows(clusters: Clusters) -> Rows:
    return Rows(clusters.rows, len(clusters))
