"""Which columns the candidates' predictions depend on, where somebody asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bakeoff.domain.run.documents import CompletedCandidate, Importance
from bakeoff.domain.verdict.options import METRIC_NAMES
from bakeoff.report.plots.importance import draw_importance

_DRAWN = 12


def importance_told(candidates: Sequence[CompletedCandidate]) -> dict[str, Any] | None:
    """A plot of the first of the ranked `candidates` that was measured, and a table of all with a row for
    each column, in the order of that candidate. None where nothing was measured or asked.
    """
    found = {item["name"]: item["importance"] for item in candidates if "importance" in item}
    if not found:
        return None
    best, first = next(
        ((name, one) for name, one in found.items() if one["columns"]), next(iter(found.items()))
    )
    metric = METRIC_NAMES[first["metric"]]
    names = dict.fromkeys(item["column"] for one in (first, *found.values()) for item in one["columns"])
    return {
        "metric": metric,
        "rows": first["rows"],
        "repeats": first["repeats"],
        "confidence": first["confidence"],
        "best": best,
        "plot": draw_importance(best, metric, first["columns"][:_DRAWN]) if first["columns"] else None,
        "drawn": min(_DRAWN, len(first["columns"])),
        "candidates": list(found),
        "table": [(name, [_of(one, name) for one in found.values()]) for name in names],
        "unmeasured": [(name, one["unmeasured"]) for name, one in found.items() if "unmeasured" in one],
    }


def _of(importance: Importance, column: str) -> Any:
    return next((item for item in importance["columns"] if item["column"] == column), None)
