"""What a difference must show before it is a claim about algorithms rather than about two trained models.

The bootstrap judges the trained models: new rows, the same models. Two more things stand between that and
"this algorithm is better". Another training, on other rows or with another seed, would have moved each model:
Nadeau and Bengio let training add the variance of a mean over the training rows to that over the test rows.
And two algorithms are never exactly alike, so that with rows enough any two would differ significantly: leads
within a margin, the region of practical equivalence, count as none.

Sources: C. Nadeau and Y. Bengio (2003), Inference for the Generalization Error, Machine Learning 52, 239-281;
A. Benavoli, G. Corani, J. Demsar and M. Zaffalon (2017), Time for a Change: a Tutorial for Comparing Multiple
Classifiers Through Bayesian Analysis, Journal of Machine Learning Research 18(77), which joins the two.
What each contributes: docs/adr/0010-a-winner-is-an-algorithm.md and benchmarks/results/verdict.md.
"""

from __future__ import annotations

import math

from bakeoff.domain.verdict.options import VerdictOptions


def inflation_of(test_rows: int, train_rows: int) -> float:
    """How many times as large another training makes the standard error of a lead on `test_rows` rows, of
    models that learnt from `train_rows` rows.

    Raises ValueError when nothing was trained on.
    """
    if train_rows < 1:
        raise ValueError(f"an algorithm learns from at least 1 row, not {train_rows}")
    return math.sqrt(1 + test_rows / train_rows)


def margin_of(options: VerdictOptions, best: float) -> float:
    """Up to which a lead of the best, whose metric is `best`, counts as none, in the metric's unit."""
    return options.equivalence_margin * options.measured.error_of(best)
