"""A run's judgement: the verdict about its candidates, and what that means for production."""

from __future__ import annotations

from typing import Any

from bakeoff.domain.promotion.decision import decide
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.verdict.comparison import judge
from bakeoff.domain.verdict.options import VerdictOptions


def judge_run(run: WritableRunFiles, options: VerdictOptions) -> dict[str, Any]:
    """As `judge`; of a run that decides about production, also store promotion.json, and return its mode,
    decision and candidate.
    """
    answer = judge(run, options)
    if "promotion" not in run.plan():
        return answer
    promotion = decide(run, run.comparison(), options)
    run.write_promotion(promotion)
    mode, decision, candidate = promotion["mode"], promotion["decision"], promotion["candidate"]
    return {**answer, "promotion": {"mode": mode, "decision": decision, "candidate": candidate}}
