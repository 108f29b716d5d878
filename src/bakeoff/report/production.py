"""What production runs, and what this run decided about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bakeoff.domain.run.documents import Comparison, ProductionRecord, Promotion
from bakeoff.domain.statistics.registry import METRIC_NAMES
from bakeoff.domain.verdict.baselines import MEAN, SHARES

_DECISIONS = {
    "first": "First model",
    "promote": "Promote",
    "keep": "Keep",
    "incomparable": "Not comparable",
}


@dataclass(frozen=True)
class InProduction:
    """`record` is None where nothing is in production, or somebody else put it there."""

    promotion: Promotion
    record: ProductionRecord | None


def production_told(comparison: Comparison, found: InProduction | None) -> dict[str, Any] | None:
    """What the section tells; None of a run that decides nothing about production."""
    if found is None:
        return None
    promotion, record = found.promotion, found.record
    return {
        "decision": _DECISIONS[promotion["decision"]],
        "reason": promotion["reason"],
        "live": promotion["champion"],
        "record": record,
        "then": METRIC_NAMES[record["metric"]] if record else None,
        "metric": METRIC_NAMES[promotion["metric"]],
        "value": promotion["value"],
        "opponent": "the baseline" if promotion["against"] in (MEAN, SHARES) else "production",
        "comparisons": promotion["comparisons"],
        "rows": promotion["rows"],
        "margin": promotion["margin"],
    }
