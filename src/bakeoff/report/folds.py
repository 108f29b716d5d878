"""How the candidates did fold by fold, how much that varied, and what became of the final model."""

from __future__ import annotations

from typing import Any, Literal

from bakeoff.domain.run.documents import Comparison, Difference, FinalModel
from bakeoff.domain.verdict.options import METRIC_NAMES
from bakeoff.report.plots.folds import draw_folds
from bakeoff.report.sections import finished

_OPINIONS: tuple[Literal["better", "equal", "worse"], ...] = ("better", "equal", "worse")


def folds_told(comparison: Comparison, final: FinalModel | None) -> dict[str, Any] | None:
    """What the section tells; None of a run without folds. `final` is None where nothing was trained once
    more.
    """
    dataset, metric = comparison["dataset"], comparison["metric"]
    if "folds" not in dataset:
        return None
    candidates = [item for item in finished(comparison) if "folds" in item]
    return {
        "count": dataset["folds"],
        "rows": [each["rows"] for each in candidates[0]["folds"]] if candidates else [],
        "train": dataset["train"],
        "metric": METRIC_NAMES[metric],
        "candidates": [
            {
                "name": item["name"],
                "by_fold": [each["metrics"][metric] for each in item["folds"]],
                "all": item["metrics"][metric],
                "spread": item.get("spread"),
                "seconds": [each["training_seconds"] for each in item["folds"]],
                "total": item["training_seconds"],
            }
            for item in candidates
        ],
        "plot": draw_folds(candidates, metric) if candidates else None,
        "opinions": [item for item in comparison["verdict"]["comparisons"] if "second_opinion" in item],
        "first": _in_words(comparison["verdict"]["comparisons"]),
        "tuned": any("tuning" in item for item in candidates if final and item["name"] == final["candidate"]),
        "final": final,
    }


def chance(share: float) -> str:
    """A probability as people say it."""
    if share < 0.01:
        return "less than 1%"
    return "more than 99%" if share > 0.99 else f"about {100 * share:.0f}%"


def _in_words(differences: list[Difference]) -> str | None:
    """Of the best and the nearest other candidate."""
    if not differences or "second_opinion" not in differences[0]:
        return None
    best, other = differences[0]["against"], differences[0]["candidate"]
    better, equal, worse = (chance(differences[0]["second_opinion"][key]) for key in _OPINIONS)
    return (
        f"The chance is {better} that {best} is better than {other} by more than the margin, {equal} that "
        f"the two are equal within it, and {worse} that {other} is better by more."
    )
