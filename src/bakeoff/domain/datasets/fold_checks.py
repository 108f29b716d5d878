"""Whether each fold of the prepared data can judge a candidate that learned from the others."""

from __future__ import annotations

from bakeoff.domain.errors import TooFewRows
from bakeoff.domain.messages import excerpt
from bakeoff.domain.run.documents import Plan, Summary
from bakeoff.domain.run.folds import MIN_FOLD_ROWS, fewer_folds, numbered
from bakeoff.domain.run.planned import kept_together


def refuse_unfit_folds(plan: Plan, summary: Summary) -> None:
    """Raise TooFewRows for a fold of too few rows, and for one without a row of some class."""
    _refuse_few(plan, summary)
    _refuse_missing_classes(plan, summary)


def _refuse_few(plan: Plan, summary: Summary) -> None:
    found = [each["rows"] for each in summary["folds"]]
    least, folds = min(found), len(found)
    if least < MIN_FOLD_ROWS:
        raise TooFewRows(
            f"{numbered(found.index(least), folds).capitalize()} has {least} of {sum(found)} rows and needs "
            f"at least {MIN_FOLD_ROWS}{kept_together(plan, 'fold')}: {fewer_folds(sum(found), folds)}."
        )


def _refuse_missing_classes(plan: Plan, summary: Summary) -> None:
    """A unit would never have seen the class, or never be asked for it."""
    for number, each in enumerate(summary.get("classes", ())):
        rows = [fold["classes"][number] for fold in summary["folds"]]
        if min(rows) == 0:
            raise TooFewRows(
                f"The class {excerpt(each['name'])} has {sum(rows)} rows and none of them in "
                f"{numbered(rows.index(0), len(rows))}{kept_together(plan, 'fold')}: set fewer folds, "
                "compare on one split (folds: 0), or upload more rows of the class."
            )
