"""All finished candidates against what production answers with, on the same rows.

The claim is about trained models, because one of them is what would be served: new rows, the same models. So
it takes the paired bootstrap as it is, without what the verdict adds for another training. It points one way,
and Holm's adjustment is over all finished candidates, whichever of them is taken in the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from bakeoff.domain.statistics import holm
from bakeoff.domain.statistics.clusters import Clusters
from bakeoff.domain.statistics.one_sided import Improvement, improvements
from bakeoff.domain.statistics.resampling import Array
from bakeoff.domain.verdict.claim import margin_of
from bakeoff.domain.verdict.measuring import Measured, Measuring, column, measuring, rows_of
from bakeoff.domain.verdict.options import Candidate, VerdictOptions
from bakeoff.domain.verdict.wording import Floor, Rows


@dataclass(frozen=True)
class Challenger:
    """`value` is its metric; `gain` by how much that is better than the champion's, in the metric's unit, and
    the p-values those of the claim that it is by more than the margin; None where there are too few rows.
    """

    candidate: Candidate
    value: float
    gain: float
    p_value: float | None
    p_value_adjusted: float | None

    def wins(self, alpha: float) -> bool:
        return self.p_value_adjusted is not None and self.p_value_adjusted <= alpha


@dataclass(frozen=True)
class Challenge:
    """`value` is the champion's metric, None where the rows leave it undefined or it does not answer what the
    metric needs; `margin` is in the metric's unit. `missed` is the first demand on the rows that they do not
    meet. Challengers come best first.
    """

    champion: str
    value: float | None
    margin: float | None
    rows: Rows
    missed: Floor | None
    challengers: Sequence[Challenger]

    def winners(self, alpha: float) -> list[Challenger]:
        return [each for each in self.challengers if each.wins(alpha)]


def challenge(
    actual: Sequence[float] | Array,
    champion: Candidate,
    candidates: Sequence[Candidate],
    options: VerdictOptions,
    clusters: Sequence[int] | None = None,
    classes: Sequence[str] = (),
    grouped: bool = False,
) -> Challenge:
    """Whether candidates predict the labels `actual`, shape (n,), better than the champion. Arguments are as
    `domain.verdict.reach` has them; who does not answer what the metric needs, or whose metric the rows leave
    undefined, is left out.

    The margin is the share `options.equivalence_margin` of the champion's error. Equal arguments, candidates
    in any order, give an equal answer.
    Raises ValueError as `reach_verdict` does.
    """
    measures = measuring(column("a label", actual), options, classes, grouped)
    clustered = Clusters.of(clusters, len(measures.labels))
    own = measures.measured(champion) if measures.can_measure(champion) else None
    rows = rows_of(clustered, grouped)
    if own is None or own.value is None:
        return Challenge(champion.name, None, None, rows, None, [])
    margin = margin_of(options, own.value)
    floors = measures.floors(clustered)
    missed = next((floor for floor in floors if floor.is_missed), None)
    found = _challengers(measures, own, candidates, margin, options, clustered, judged=missed is None)
    return Challenge(champion.name, own.value, margin, rows, missed, found)


def _challengers(
    measures: Measuring,
    champion: Measured,
    candidates: Sequence[Candidate],
    margin: float,
    options: VerdictOptions,
    clusters: Clusters,
    judged: bool,
) -> list[Challenger]:
    lower = options.measured.lower_is_better
    measured = [measures.measured(each) for each in candidates if measures.can_measure(each)]
    valued = [(each.value if lower else -each.value, each) for each in measured if each.value is not None]
    ranked = [each for _, each in sorted(valued, key=lambda pair: (pair[0], pair[1].candidate.name))]
    if not ranked:
        return []
    found = _improvements(measures, champion, ranked, margin, options, clusters)
    adjusted = holm.adjust([each.p_value for each in found])
    return [
        Challenger(
            each.candidate,
            float(each.value or 0.0),
            own.improvement,
            own.p_value if judged else None,
            p_value if judged else None,
        )
        for each, own, p_value in zip(ranked, found, adjusted, strict=True)
    ]


def _improvements(
    measures: Measuring,
    champion: Measured,
    ranked: Sequence[Measured],
    margin: float,
    options: VerdictOptions,
    clusters: Clusters,
) -> list[Improvement]:
    by_row = np.column_stack([each.by_row for each in ranked])
    sample = measures.moments(by_row, champion.by_row, clusters)
    # On a busy machine the threads of OpenBLAS spend their time waiting for one another.
    with threadpool_limits(1, "blas"):
        return improvements(
            sample,
            lower_is_better=options.measured.lower_is_better,
            margin=margin,
            resamples=options.resamples,
            seed=options.seed,
        )
