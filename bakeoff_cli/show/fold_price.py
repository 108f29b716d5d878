"""How many folds a plan has, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from bakeoff.domain.planning.folds import price_of_folds
from bakeoff.domain.run.documents import Plan

Price = Mapping[str, int]
"""The numbers of `folds`, `units` and `training_jobs` at most, that of the final model included."""


def price_in(plan: Any) -> Price | None:
    """None without folds, or when the plan does not say it as it should: others may write to the bucket."""
    try:
        price = price_of_folds(cast(Plan, plan))
    except (AttributeError, LookupError, TypeError, ValueError):
        return None
    return price if price and all(isinstance(count, int) for count in price.values()) else None


def told(price: Price) -> Iterator[str]:
    folds, units, jobs = price["folds"], price["units"], price["training_jobs"] - 1
    candidates = units // folds if folds else 0
    yield f"{folds} folds: every row is judged once, by a model that has not learned from it."
    tuned = "" if jobs == units else "up to "
    yield (
        f"{candidates} candidate{'' if candidates == 1 else 's'} in {folds} folds: {tuned}{jobs} training jobs"
        f"{', those of tuning included,' if tuned else ''} and {units} endpoints. One more training job makes "
        "the final model."
    )
