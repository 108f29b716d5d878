"""Which of the candidates that win goes to production."""

from __future__ import annotations

import math

from bakeoff.domain.promotion.challenge import Challenge, Challenger
from bakeoff.domain.run.documents import Verdict
from bakeoff.domain.verdict.options import VerdictOptions


def chosen(found: Challenge, verdict: Verdict, options: VerdictOptions) -> Challenger | None:
    """The one that the verdict recommends, if it wins; else by the preference, of those that cannot be told
    from the best if any of them wins. None where nobody wins.
    """
    winners = found.winners(options.alpha)
    if not winners:
        return None
    near = {verdict["best"], *verdict["tied_with_best"]}
    eligible = [each for each in winners if each.candidate.name in near] or winners
    recommended = [each for each in eligible if each.candidate.name == verdict["recommended"]]
    costs = {each.candidate.name: each.candidate.cost(options.preference) for each in eligible}
    # Of equal costs, and where none is known, the first has the better metric.
    return min(recommended or eligible, key=lambda each: _known(costs[each.candidate.name]))


def _known(cost: float | None) -> float:
    return math.inf if cost is None else cost
