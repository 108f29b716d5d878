"""What the heads of the objects show to be in vain, before anything is started."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bakeoff.domain.errors import ConstantLabel, TooFewRows, UnreadableData
from bakeoff.domain.reading.numbers import single_precision
from bakeoff.domain.reading.recognise import Recognised
from bakeoff.domain.run.folds import MIN_FOLD_ROWS, chance_of_full_folds, fewer_folds

# Deflate packs no better.
_BEST_RATIO = 1032
# So many malformed rows, and so many times more than tolerated, are no chance.
_ROWS_THAT_TELL = 20
_FAR_BEYOND = 10
# A chance that is none to start on.
_HARDLY_EVER = 0.01
_LARGEST_WHOLE = 2**53
_OTHER_TARGET = "Set Target to the column to predict"


def refuse_malformed(found: Sequence[Recognised], sizes: Mapping[str, int], tolerated: float) -> None:
    """Raises UnreadableData, quoting a row, when the prepared data would be refused for so many of them."""
    malformed = [one for one in found if one.example]
    if not malformed:
        return
    worst = max(malformed, key=lambda one: one.malformed)
    total = sum(one.malformed for one in malformed)
    if total > tolerated * sum(_most_rows(one, sizes[one.key]) for one in found):
        raise UnreadableData(_sentence(worst, total, sum(map(rows_of, found)), tolerated))
    for one in malformed:
        far = one.malformed > _FAR_BEYOND * tolerated * rows_of(one)
        if far and one.malformed >= _ROWS_THAT_TELL:
            raise UnreadableData(_sentence(one, one.malformed, rows_of(one), tolerated))


def rows_of(one: Recognised) -> int:
    """The lines of its head that must be rows."""
    return len(one.rows) + one.malformed + one.unlabelled


def _most_rows(one: Recognised, size: int) -> int:
    """As many as the object can hold: all of them, or as if the rest were of the shortest rows."""
    if one.is_all:
        return rows_of(one)
    text = size * (_BEST_RATIO if one.compression == "gzip" else 1)
    return max(rows_of(one), text // (2 * (one.width or 1)))


def _sentence(one: Recognised, malformed: int, rows: int, tolerated: float) -> str:
    seen = f"{malformed} of {'' if one.is_all else 'the first '}{rows} rows are malformed"
    return (
        f"{one.key}, {one.example} ({seen}, more than the share of {tolerated:g} that MaxRejectedShare "
        "tolerates)."
    )


def refuse_too_few_for_folds(found: Sequence[Recognised], folds: int) -> None:
    """Raises TooFewRows if every row was seen, or counted by the file itself, and there are too few for so
    many folds however they fall, or all but for sure as they fall by chance.
    """
    counts = [_counted_rows(one) for one in found]
    rows = sum(count for count in counts if count is not None)
    if None in counts:
        return
    if rows < folds * MIN_FOLD_ROWS:
        raise TooFewRows(
            f"The data have {rows} rows, but {folds} folds of at least {MIN_FOLD_ROWS} take "
            f"{folds * MIN_FOLD_ROWS}: {fewer_folds(rows, folds)}."
        )
    if folds and chance_of_full_folds(rows, folds) < _HARDLY_EVER:
        raise TooFewRows(
            f"The data have {rows} rows, which chance shares out among {folds} folds, and almost surely one "
            f"would get fewer than the {MIN_FOLD_ROWS} that each takes: {fewer_folds(rows, folds)}."
        )


def _counted_rows(one: Recognised) -> int | None:
    return rows_of(one) if one.is_all else one.stated_rows


def refuse_constant_label(found: Sequence[Recognised]) -> None:
    """Raises ConstantLabel if every row was seen and has the same label."""
    if all(one.is_all for one in found):
        labels = [row[0] for one in found for row in one.rows]
        name = next((one.target for one in found if one.target), None)
        if len(labels) > 1:  # of fewer rows there is too little for a split, which is told for itself
            refuse_same_labels(min(labels), max(labels), name)


def refuse_two_labels(found: Sequence[Recognised]) -> None:
    """Raises ConstantLabel if every row was seen and the labels are but two whole numbers."""
    if all(one.is_all for one in found):
        labels = [row[0] for one in found for row in one.rows]
        are_whole = all(abs(each) < _LARGEST_WHOLE and each.is_integer() for each in set(labels))
        if len(labels) >= _ROWS_THAT_TELL and len(set(labels)) == 2 and are_whole:
            name = next((f" ({one.target})" for one in found if one.target), "")
            raise ConstantLabel(
                f"The label{name} is always {min(labels):g} or {max(labels):g}, which may be two "
                "classes: set task: classification to tell them apart, or task: regression to "
                "predict the number."
            )


def refuse_same_labels(
    least: float, most: float, name: str | None = None, rows: str = "every", cure: str = _OTHER_TARGET
) -> None:
    """As algorithms hold them, which is in single precision."""
    if least == most or single_precision(least) == single_precision(most):
        same = f"is {least:g}" if least == most else f"is {single_precision(least):.9g} in single precision"
        label = f" ({name})" if name else ""
        raise ConstantLabel(
            f"{rows.capitalize()} label{label} {same}: there is nothing to predict. {cure}, or upload rows "
            "whose labels differ."
        )
