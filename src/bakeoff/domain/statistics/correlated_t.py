"""The Bayesian correlated t test: what the scores of folds say of a lead, in probabilities.

Scores of folds are correlated, because the folds' models share most of their training rows. Nadeau and Bengio
take the correlation to be the test rows' share of a fold's rows; with it the mean difference has a Student
distribution a posteriori, and a region of practical equivalence cuts that into three.

Sources: G. Corani and A. Benavoli (2015), A Bayesian approach for comparing cross-validated algorithms on
multiple data sets, Machine Learning 100, 285-304; A. Benavoli, G. Corani, J. Demsar and M. Zaffalon (2017),
Time for a Change, Journal of Machine Learning Research 18(77), section 4.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bakeoff.domain.statistics.student_t import student_t_cdf


@dataclass(frozen=True)
class Posterior:
    """Probabilities, which sum to 1: of a lead beyond the margin, of none worth the name, of a deficit."""

    ahead: float
    equal: float
    behind: float


def correlated_t(leads: Sequence[float], margin: float, test_to_train: float) -> Posterior:
    """What k >= 2 folds say whose leads are `leads`; up to `margin` to both sides a lead counts as none.
    `test_to_train` are a fold's test rows by its training rows.

    Folds that all lead alike leave nothing uncertain.
    """
    count = len(leads)
    if count < 2:
        raise ValueError(f"a spread takes at least 2 folds, not {count}")
    mean = math.fsum(leads) / count
    variance = math.fsum((lead - mean) ** 2 for lead in leads) / (count - 1)
    scale = math.sqrt(variance * (1 / count + test_to_train))
    if scale == 0:
        return Posterior(float(mean > margin), float(abs(mean) <= margin), float(mean < -margin))
    ahead = student_t_cdf((mean - margin) / scale, count - 1)
    behind = student_t_cdf((-margin - mean) / scale, count - 1)
    return Posterior(ahead, max(1 - ahead - behind, 0.0), behind)
