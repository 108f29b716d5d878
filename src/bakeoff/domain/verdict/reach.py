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

import numpy as np
from threadpoolctl import threadpool_limits

from bakeoff.domain.run.documents import Verdict
from bakeoff.domain.statistics import holm
from bakeoff.domain.statistics.bootstrap import bootstrap_moments
from bakeoff.domain.statistics.claim import Claim
from bakeoff.domain.statistics.clusters import Clusters
from bakeoff.domain.statistics.resampling import Array
from bakeoff.domain.verdict import wording
from bakeoff.domain.verdict.claim import margin_of
from bakeoff.domain.verdict.contest import Contest, Rival, undecided
from bakeoff.domain.verdict.measuring import Measured, Measuring, column, measuring, rows_of
from bakeoff.domain.verdict.options import Candidate, VerdictOptions
from bakeoff.domain.verdict.training import Folds, FoldScores, OneSplit

_DEFAULTS = VerdictOptions()


def reach_verdict(
    actual: Sequence[float] | Array,
    candidates: Sequence[Candidate],
    train_rows: int,
    options: VerdictOptions = _DEFAULTS,
    clusters: Sequence[int] | None = None,
    classes: Sequence[str] = (),
    folds: FoldScores | None = None,
    grouped: bool = False,
) -> Verdict:
    """The verdict on the candidates' predictions of the labels `actual`, shape (n,), as comparison.json holds
    it (schema version 1); each learnt from the same `train_rows` rows. Rows with the same number in
    `clusters`, shape (n,), are equal, or of one group where they are `grouped`, and are one where evidence is
    counted (None: no two are); the metrics are those of all rows. Equal arguments, candidates in any order,
    give an equal verdict on every machine (of log loss, on every machine whose C library has the same
    logarithm). Under classification `actual` holds the numbers of the `classes`, which are their names; a
    candidate that gives no probabilities is left out where the metric needs them, and `reason` says so. Under
    evaluation with `folds`, those are the candidates' metrics in each, and `train_rows` what a fold's models
    learnt from on average.

    `outcome` is "winner" when every other candidate's `p_value_adjusted` is at most 1 - confidence, "tie"
    when at least one is above, and "inconclusive" when there are fewer than two candidates or MIN_TEST_ROWS
    distinct rows, or groups (relative_accuracy: with a label other than 0), or MIN_CLASS_ROWS of a class, or
    when the rows leave the metric undefined. `best` has the best metric; of equals, it is the first by name.
    `comparisons` are in the metric's order: `difference` is the candidate's metric minus the best's, in the
    metric's unit (relative_accuracy: percentage points). Its interval and `p_value` speak of the two trained
    models alone; `p_value_adjusted` is that of the claim that the other is the worse algorithm by more than
    `margin`, in the metric's unit, with standard errors `inflation` times as large (`claim`), adjusted after
    Holm. All are None below MIN_TEST_ROWS.
    `rows_needed`, for a tie and for too few rows, is the number of distinct test rows, or groups, at which
    the differences seen, were they the true ones, would each suffice with a chance of 80%, with training rows
    in proportion; None when one of them is within the margin.

    Raises ValueError when names repeat, when nothing was trained on, or when labels or predictions differ in
    number, are not finite or are no classes; OverflowError when a squared error is beyond the range of
    floats.
    """
    measures = measuring(column("a label", actual), options, classes, grouped)
    judged = [item for item in candidates if measures.can_measure(item)]
    ranked = _ranked(measures, candidates, judged, options)
    clustered = Clusters.of(clusters, len(measures.labels))
    trained = _trained(train_rows, len(measures.labels), options, folds)
    verdict = _verdict(measures, ranked, trained, options, clustered)
    if len(judged) < len(candidates):
        if len(judged) < 2:
            verdict["reason"] = wording.too_few_measured(options.metric, [item.name for item in judged])
        left_out = sorted({item.name for item in candidates} - {item.name for item in judged})
        verdict["reason"] += wording.left_out(options.metric, left_out)
    return verdict


def _trained(
    train_rows: int, test_rows: int, options: VerdictOptions, folds: FoldScores | None
) -> OneSplit | Folds:
    # Rows over rows: each split holds distinct rows, whose copies follow them, in about the same share.
    if folds is None:
        return OneSplit(train_rows, test_rows)
    sign = 1 if options.measured.lower_is_better else -1
    return Folds(folds, train_rows, test_rows, sign, options.confidence)


def _ranked(
    measures: Measuring,
    candidates: Sequence[Candidate],
    judged: Sequence[Candidate],
    options: VerdictOptions,
) -> list[Measured]:
    """Best first."""
    names = [item.name for item in candidates]
    if len(set(names)) < len(names):
        raise ValueError(f"candidates need different names, not {', '.join(names)}")
    sign = 1 if options.measured.lower_is_better else -1
    measured = map(measures.measured, judged)
    return sorted(measured, key=lambda item: (sign * (item.value or 0.0), item.candidate.name))


def _verdict(
    measures: Measuring,
    ranked: Sequence[Measured],
    trained: OneSplit | Folds,
    options: VerdictOptions,
    clusters: Clusters,
) -> Verdict:
    if undefined := sorted(item.candidate.name for item in ranked if item.value is None):
        return undecided(options, reason=wording.undefined(options.metric, undefined, options.task))
    if len(ranked) < 2:
        only = ranked[0].candidate.name if ranked else None
        return undecided(options, only, wording.nothing_to_compare(only))
    return _contest(measures, ranked, trained, options, clusters).verdict()


def _contest(
    measures: Measuring,
    ranked: Sequence[Measured],
    trained: OneSplit | Folds,
    options: VerdictOptions,
    clusters: Clusters,
) -> Contest:
    values = [float(item.value) for item in ranked if item.value is not None]
    best, *others = ranked
    sample = measures.moments(np.column_stack([item.by_row for item in others]), best.by_row, clusters)
    margin = margin_of(options, values[0])
    names = [item.candidate.name for item in others]
    training = trained.trainings(best.candidate.name, names, sample, margin)
    claim = Claim(margin, np.array([each.inflation for each in training]))
    # On a busy machine the threads of OpenBLAS spend their time waiting for one another.
    with threadpool_limits(1, "blas"):
        paired = bootstrap_moments(
            sample,
            confidence=options.confidence,
            resamples=options.resamples,
            seed=options.seed,
            claim=claim,
        )
    adjusted = holm.adjust([item.claim_p_value for item in paired])
    judged = zip(others, values[1:], paired, adjusted, training, strict=True)
    rivals = [
        Rival(item.candidate, value, difference, p_value, own)
        for item, value, difference, p_value, own in judged
    ]
    floors = measures.floors(clusters)
    rows = rows_of(clusters, measures.grouped)
    return Contest(best.candidate, values[0], rivals, margin, rows, floors, options)
