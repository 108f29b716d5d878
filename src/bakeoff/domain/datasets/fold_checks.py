"""Whether each fold of the prepared data can judge a candidate that learned from the others."""

from __future__ import annotations

from bakeoff.domain.errors import TooFewRows
from bakeoff.domain.messages import excerpt
from bakeoff.domain.run.documents import Plan, Summary
from bakeoff.domain.run.folds import MIN_FOLD_ROWS, MIN_FOLDS, PARTS, fewer_folds, numbered
from bakeoff.domain.run.planned import kept_together

# Of one row nothing can be said of how far a model is off.
_MIN_PART_ROWS = 2


def refuse_unfit_folds(plan: Plan, summary: Summary) -> None:
    """Raise TooFewRows for a fold of too few rows, and for one without a row of some class; of a fold that is
    cut, for such a part, too, but that the rows that validate may be of some classes only.
    """
    _refuse_few(plan, summary)
    _refuse_few_of_parts(plan, summary)
    _refuse_missing_classes(plan, summary)
    _refuse_untrained_classes(plan, summary)


def _refuse_few(plan: Plan, summary: Summary) -> None:
    found = [each["rows"] for each in summary["folds"]]
    least, folds = min(found), len(found)
    if least < MIN_FOLD_ROWS:
        raise TooFewRows(
            f"{numbered(found.index(least), folds).capitalize()} has {least} of {sum(found)} rows and needs "
            f"at least {MIN_FOLD_ROWS}{kept_together(plan, 'fold')}: {fewer_folds(sum(found), folds)}."
        )


def _refuse_few_of_parts(plan: Plan, summary: Summary) -> None:
    folds = summary["folds"]
    for number, fold in enumerate(folds):
        for name, part in zip(PARTS, fold.get("parts", ()), strict=False):
            if part["rows"] < _MIN_PART_ROWS:
                raise TooFewRows(
                    f"The part of {numbered(number, len(folds))} for {name} has {part['rows']} of its "
                    f"{fold['rows']} rows and needs at least {_MIN_PART_ROWS}{kept_together(plan, 'part')}: "
                    "change the split fractions, upload more data, or compare on one split (folds: 0)."
                )


def _refuse_missing_classes(plan: Plan, summary: Summary) -> None:
    """A unit would never have seen the class, or never be asked for it."""
    for number, each in enumerate(summary.get("classes", ())):
        rows = [fold["classes"][number] for fold in summary["folds"]]
        if min(rows) == 0:
            raise TooFewRows(
                f"The class {excerpt(each['name'])} has {sum(rows)} rows and none of them in "
                f"{numbered(rows.index(0), len(rows))}{kept_together(plan, 'fold')}: "
                f"{'set fewer folds, ' if len(rows) > MIN_FOLDS else ''}compare on one split (folds: 0), or "
                "upload more rows of the class."
            )


def _refuse_untrained_classes(plan: Plan, summary: Summary) -> None:
    """Of a fold that is cut, one part is all that a unit learns from."""
    folds = summary["folds"]
    for number, each in enumerate(summary.get("classes", ())):
        for place, fold in enumerate(folds):
            if "parts" in fold and not fold["parts"][0]["classes"][number]:
                rows = fold["classes"][number]
                raise TooFewRows(
                    f"The class {excerpt(each['name'])} has {rows} row{'' if rows == 1 else 's'} in "
                    f"{numbered(place, len(folds))}, none of which trains"
                    f"{kept_together(plan, 'part')}: compare on one split (folds: 0), or upload more rows of "
                    "the class."
                )
