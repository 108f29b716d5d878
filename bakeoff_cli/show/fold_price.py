"""How many folds a plan has, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from bakeoff.domain.run.documents import Plan

Price = Mapping[str, int]
"""The numbers of `folds`, `units` and `training_jobs` at most, that of the final model included."""


def price_in(plan: Any) -> Price | None:
    """None without folds, or when the plan does not say it as it should: others may write to the bucket."""
    # The settings' schema, which it needs, takes longer to import than `bakeoff watch` to start.
    from bakeoff.domain.planning.folds import price_of_folds

    try:
        price = price_of_folds(cast(Plan, plan))
    except (AttributeError, LookupError, TypeError, ValueError):
        return None
    return price if price and all(isinstance(count, int) for count in price.values()) else None


def told(price: Price) -> Iterator[str]:
    folds, units, jobs = price["folds"], price["units"], price["training_jobs"] - 1
    candidates = units // folds
    whose = f"{candidates} candidate{'' if candidates == 1 else 's'} in {folds} folds"
    trainings = f"{jobs} training jobs" if jobs == units else f"up to {jobs} training jobs, tuning included,"
    yield f"{folds} folds: every row is a test row once, of a model that has not learned from it."
    yield f"{whose}: {trainings} and {units} endpoints. One more training job makes the final model."
