"""promotion.json, of what was decided."""

from __future__ import annotations

from dataclasses import dataclass

from bakeoff.domain.promotion.challenge import Challenge
from bakeoff.domain.run.documents import (
    SCHEMA_VERSION,
    Comparison,
    PlannedPromotion,
    Promotion,
)
from bakeoff.domain.run.documents.promotion import Decision, PromotionComparison
from bakeoff.domain.verdict.options import VerdictOptions


@dataclass(frozen=True)
class Decided:
    """`challenge` is None where nothing was compared."""

    decision: Decision
    reason: str
    candidate: str | None = None
    challenge: Challenge | None = None


def document(
    planned: PlannedPromotion, comparison: Comparison, options: VerdictOptions, decided: Decided
) -> Promotion:
    found, data = decided.challenge, comparison["dataset"]
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": comparison["run_id"],
        "mode": planned["mode"],
        "decision": decided.decision,
        "candidate": decided.candidate,
        "champion": planned["live"],
        "against": found.champion if found else None,
        "metric": options.metric,
        "value": found.value if found else None,
        "margin": found.margin if found else None,
        "confidence": options.confidence,
        "resamples": options.resamples,
        "seed": options.seed,
        "rows": found.rows.count if found else data["scored"],
        "distinct": found.rows.distinct if found else data.get("distinct", data["scored"]),
        "comparisons": _comparisons(found) if found else [],
        "reason": decided.reason,
    }


def _comparisons(found: Challenge) -> list[PromotionComparison]:
    return [
        {
            "candidate": each.candidate.name,
            "against": found.champion,
            "value": each.value,
            "difference": each.value - (found.value or 0.0),
            "p_value": each.p_value,
            "p_value_adjusted": each.p_value_adjusted,
        }
        for each in found.challengers
    ]
