"""The decisions about production as a page to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.verdict.tables import rate, table


def promotions(found: Sequence[Mapping[str, Any]]) -> str:
    """Of simulated equal models, and of splits of Abalone."""
    draws = [each for each in found if "challengers" not in each]
    abalone = [(str(draw["seed"]), *(rate(draw[part]) for part in _PARTS)) for draw in draws]
    equal = [
        (str(cell["challengers"]), str(cell["rows"]), rate(cell["replaced"]), rate(cell["replaced_any_lead"]))
        for cell in found
        if "challengers" in cell
    ]
    seeds = " and ".join(map(str, draws[0]["xgboost_seeds"]))
    return f"""## What replaces the model in production
How often a champion is replaced on the same splits of Abalone: by the same algorithm, trained on the same
rows with another seed ({seeds}); and where the truth is plain. The bar is 5% for equal models.

{table(_ABALONE, abalone)}

Equally good models, as above, one of them in production; any of the others may replace it, with the margin
of 1% and where any lead counts:

{table(["challengers", "test rows", "replaced", "replaced, any lead counts"], equal)}"""


_PARTS = ("same_algorithm", "mean_by_least_squares", "least_squares_by_mean")
_ABALONE = (
    "seed",
    "same algorithm",
    "the mean, by least squares",
    "least squares, by the mean",
)
