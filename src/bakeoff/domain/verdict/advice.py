"""What evaluation with folds would bring where one split could not decide.

It is derived from comparison.json, and from plan.json what the run might have cost, and stored nowhere, so
that a comparison saved by any release has it.
"""

from __future__ import annotations

from bakeoff.domain.cost.words import told
from bakeoff.domain.run.documents import Comparison, WorstCase

# Fewer decide hardly more than one split does (docs/adr/0043-every-row-judges.md).
_FOLDS = 10
# Folds differ in size by chance, and one of fewer than 50 rows is refused. With shares of 75 the smallest of
# ten binomial counts has as many in 99 of 100 runs; with shares of 50, in hardly any.
_SHARE_OF_A_FOLD = 75


def advice(comparison: Comparison, worst: WorstCase | None = None) -> str | None:
    """One sentence; None where the run has folds or a winner, or where more test rows would not help: because
    a lead is too small to matter, the rows are sampled, the test rows are the latest, or all rows are too few
    for ten folds. `worst` is what the plan says of the run's cost.
    """
    # What earlier releases saved has neither of the two.
    dataset, needed = comparison["dataset"], comparison["verdict"].get("rows_needed")
    scored = dataset.get("scored", dataset["test"])
    if "folds" in dataset or needed is None or scored < dataset["test"] or _is_timed(comparison):
        return None
    rows = dataset["train"] + dataset["validation"] + dataset["test"]
    if rows < _FOLDS * _SHARE_OF_A_FOLD:
        return None
    distinct = rows * dataset.get("distinct", scored) / scored
    doubt = "" if distinct >= needed else ", which may still be too few,"
    return (
        f"With the setting folds: {_FOLDS}, {rows:,} rows would judge instead of {scored:,}{doubt} "
        f"for about ten times the cost{_at_most(worst)}."
    )


def _at_most(worst: WorstCase | None) -> str:
    """Of this run: what folds may cost at most, only a plan with them can tell."""
    if worst is None or worst["amount"] is None:
        return ""
    return f" (at most {told(worst)} for this run, by its plan)"


def _is_timed(comparison: Comparison) -> bool:
    return any(column["role"] == "time" for column in comparison["dataset"].get("columns", ()))
