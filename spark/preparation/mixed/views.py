"""What candidates train on: a row as text, in each view, from the training rows' encoding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from preparation.arrays import Place, each, gather, is_written_out, pick
from preparation.mixed.columns import Columns
from preparation.mixed.encoding import Feature
from preparation.mixed.pieces import fill, spelled
from preparation.mixed.units import Codes, Encoded

_MAP = "map<string,string>"
_UNITS = "array<string>"
Piece = Callable[[Column, Place], Column]  # of a cell and where it lies


@dataclass(frozen=True)
class _Pieces:
    """What a view makes of the measures, where it changes them at all, and of the cells of `texts`."""

    measure: Piece | None
    text: Piece
    texts: str


def with_views(
    rows: DataFrame,
    views: Sequence[str],
    columns: Columns,
    units: Sequence[Sequence[Feature]],
    codes: Codes | None = None,
) -> DataFrame:
    """Adds each view, the label and the features as CSV, to rows with numbers, parts and texts, and with the
    number of their class where the label is one.

    There are the features of one unit or of many; of many, a row has its unit, and `codes` for its texts.
    """
    by_place = [{feature.place: feature for feature in features} for features in units]
    order = _order(columns, {place for unit in by_place for place in unit})
    pieces = {view: _pieces(view, columns, by_place, codes) for view in views}
    if is_written_out(len(columns.measures) + len(columns.texts)):
        return rows.withColumns({view: _line(columns, order, pieces[view]) for view in views})
    changed = {}
    for view, of in pieces.items():
        changed[f"{view} texts"] = each(F.col(of.texts), len(columns.texts), of.text)
        if of.measure:
            measures = F.concat("numbers", "parts") if columns.moments else F.col("numbers")
            changed[f"{view} measures"] = each(measures, len(columns.measures), of.measure)
    if columns.has_classes:
        order = [1 + place for place in order]
    lines = {
        view: F.array_join(gather(_sizes(view, columns, of), [0, *order]), ",") for view, of in pieces.items()
    }
    return rows.withColumns(changed).withColumns(lines)


def _line(columns: Columns, order: Sequence[int], pieces: _Pieces) -> Column:
    """Without an array in between, because each of them is a copy of all cells; nulls are left out."""
    numbers, measures = len(columns.numbers), len(columns.measures)

    def piece(place: int) -> Column:
        if place >= measures:
            return pieces.text(F.col(pieces.texts)[place - measures], place - measures)
        cell = F.col("numbers")[place] if place < numbers else F.col("parts")[place - numbers]
        return pieces.measure(cell, place) if pieces.measure else cell

    label = F.col("class")[0] if columns.has_classes else piece(0)
    return F.concat_ws(",", label, *map(piece, order))


def _sizes(view: str, columns: Columns, pieces: _Pieces) -> dict[str, int]:
    """The arrays that the pieces of a view lie in."""
    label = {"class": 1} if columns.has_classes else {}
    texts = {f"{view} texts": len(columns.texts)}
    if pieces.measure:
        return label | {f"{view} measures": len(columns.measures)} | texts
    numbers = len(columns.numbers)
    return label | {"numbers": numbers, "parts": len(columns.measures) - numbers} | texts


def _order(columns: Columns, kept: set[int]) -> list[int]:
    """Where the pieces of the features lie in the measures and, after them, the texts."""
    found: dict[int, list[int]] = {}
    for i, (place, _) in enumerate(columns.measures):
        found.setdefault(place, []).append(i)
    for i, place in enumerate(columns.texts):
        found.setdefault(place, [len(columns.measures) + i])
    return [i for place in columns.features if place in kept for i in found[place]]


def _pieces(view: str, columns: Columns, units: Sequence[Encoded], codes: Codes | None) -> _Pieces:
    measure = _of_measure(view, columns, units)
    if codes is None:
        return _Pieces(measure, _of_text(view, columns, units[0]), "texts")
    return _Pieces(measure, _of_code(codes.pieces[view]), "codes")


def _of_measure(view: str, columns: Columns, units: Sequence[Encoded]) -> Piece | None:
    """Numbers and parts of dates; in the dense view with fills, and after them whether they stand for one.
    None where all stay as they are; a unit that drops a column which others keep has null.
    """
    kept = {place for unit in units for place in unit}
    filled: list[list[str | None]] = []
    after: list[list[str | None]] = []
    for i, (place, part) in enumerate(columns.measures):
        is_last = i + 1 == len(columns.measures) or columns.measures[i + 1][0] != place
        found = [
            _around(view, unit.get(place), part, is_last) if place in unit or place not in kept else None
            for unit in units
        ]
        filled.append([pair and pair[0] for pair in found])
        after.append([pair and pair[1] for pair in found])
    if view != "dense" and not any(None in texts for texts in after):
        return None

    def piece(cell: Column, place: Place) -> Column:
        marked = cell
        if not isinstance(place, int) or any(text != "" for text in after[place]):
            marked = F.concat(cell, _of_unit(after, place))
        return F.when(cell == "", _of_unit(filled, place)).otherwise(marked)

    return piece


def _around(view: str, feature: Feature | None, part: str, is_last: bool) -> tuple[str, str]:
    """What a missing value becomes, and what comes after any other."""
    if view != "dense":
        return "", ""
    text, is_indicated = fill(feature, part)
    return text + ",1" * (is_indicated and is_last), ",0" * (is_indicated and is_last)


def _of_unit(texts: Sequence[Sequence[str | None]], place: Place) -> Column:
    """Of texts by place and unit, the one of the row's unit."""
    if all(len(units) == 1 for units in texts):
        return pick([units[0] for units in texts], place)
    if isinstance(place, int) and len(set(texts[place])) == 1:
        return F.lit(texts[place][0])
    return F.get(pick(texts, place, _UNITS), F.col("unit"))


def _of_text(view: str, columns: Columns, features: Encoded) -> Piece:
    """Categories and booleans; "" for other texts, which are no part of a view."""
    pairs = [spelled(view, features.get(place)) for place in columns.texts]
    known, others = [known for known, _ in pairs], [other for _, other in pairs]
    return lambda cell, place: F.coalesce(pick(known, place, _MAP)[cell], pick(others, place))


def _of_code(pieces: Sequence[Sequence[Sequence[str | None]]]) -> Piece:
    kind = f"array<{_UNITS}>"
    return lambda cell, place: F.get(F.get(pick(pieces, place, kind), cell), F.col("unit"))
