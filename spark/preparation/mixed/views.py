"""What candidates train on: a row as text, in each view, from the training rows' encoding."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from preparation.arrays import Place, each, gather, is_written_out, pick
from preparation.mixed.columns import Columns
from preparation.mixed.encoding import Feature

_MAP = "map<string,string>"
Piece = Callable[[Column, Place], Column]  # of a cell and where it lies


def with_views(
    rows: DataFrame, views: Sequence[str], columns: Columns, features: Sequence[Feature]
) -> DataFrame:
    """Adds each view, the label and the features as CSV, to rows with numbers, parts and texts, and with the
    number of their class where the label is one.
    """
    by_place, order = {feature.place: feature for feature in features}, _order(columns, features)
    pieces = {
        view: (_of_measure(view, columns, by_place), _of_text(view, columns, by_place)) for view in views
    }
    if is_written_out(len(columns.measures) + len(columns.texts)):
        return rows.withColumns({view: _line(columns, order, *pieces[view]) for view in views})
    changed = {f"{view} texts": each(F.col("texts"), len(columns.texts), pieces[view][1]) for view in views}
    if "dense" in views:
        measures = F.concat("numbers", "parts") if columns.moments else F.col("numbers")
        changed["dense measures"] = each(measures, len(columns.measures), pieces["dense"][0])
    if columns.has_classes:
        order = [1 + place for place in order]
    lines = {view: F.array_join(gather(_sizes(view, columns), [0, *order]), ",") for view in views}
    return rows.withColumns(changed).withColumns(lines)


def _line(columns: Columns, order: Sequence[int], of_measure: Piece, of_text: Piece) -> Column:
    """Without an array in between, because each of them is a copy of all cells."""
    numbers, measures = len(columns.numbers), len(columns.measures)

    def piece(place: int) -> Column:
        if place >= measures:
            return of_text(F.col("texts")[place - measures], place - measures)
        cell = F.col("numbers")[place] if place < numbers else F.col("parts")[place - numbers]
        return of_measure(cell, place)

    label = F.col("class")[0] if columns.has_classes else piece(0)
    return F.concat_ws(",", label, *map(piece, order))


def _sizes(view: str, columns: Columns) -> dict[str, int]:
    """The arrays that the pieces of a view lie in."""
    label = {"class": 1} if columns.has_classes else {}
    texts = {f"{view} texts": len(columns.texts)}
    if view == "dense":
        return label | {"dense measures": len(columns.measures)} | texts
    numbers = len(columns.numbers)
    return label | {"numbers": numbers, "parts": len(columns.measures) - numbers} | texts


def _order(columns: Columns, features: Sequence[Feature]) -> list[int]:
    """Where the pieces of the features lie in the measures and, after them, the texts."""
    found: dict[int, list[int]] = {}
    for i, (place, _) in enumerate(columns.measures):
        found.setdefault(place, []).append(i)
    for i, place in enumerate(columns.texts):
        found.setdefault(place, [len(columns.measures) + i])
    return [i for feature in features for i in found[feature.place]]


def _of_measure(view: str, columns: Columns, features: Mapping[int, Feature]) -> Piece:
    """Numbers and parts of dates; in the dense view with fills, and after them whether they stand for one."""
    if view != "dense":
        return lambda cell, _: cell
    filled, after = [], []
    for i, (place, part) in enumerate(columns.measures):
        fill, is_indicated = _fill(features.get(place), part)
        is_last = i + 1 == len(columns.measures) or columns.measures[i + 1][0] != place
        filled.append(fill + ",1" * (is_indicated and is_last))
        after.append(",0" * (is_indicated and is_last))

    def piece(cell: Column, place: Place) -> Column:
        if isinstance(place, int) and not after[place]:
            return F.when(cell == "", filled[place]).otherwise(cell)
        return F.when(cell == "", pick(filled, place)).otherwise(F.concat(cell, pick(after, place)))

    return piece


def _fill(feature: Feature | None, part: str) -> tuple[str, bool]:
    if feature is None:
        return "", False
    fill = feature.entry["fill"]
    return (fill[part] if part else fill), feature.is_indicated


def _of_text(view: str, columns: Columns, features: Mapping[int, Feature]) -> Piece:
    """Categories and booleans; "" for other texts, which are no part of a view."""
    known: list[dict[str, str]] = []
    others: list[str] = []
    for place in columns.texts:
        spelled, other = _spelled(view, features.get(place))
        known.append(spelled)
        others.append(other)

    def piece(cell: Column, place: Place) -> Column:
        return F.coalesce(pick(known, place, _MAP)[cell], pick(others, place))

    return piece


def _spelled(view: str, feature: Feature | None) -> tuple[dict[str, str], str]:
    """The piece of each text that training rows had, and that of all others."""
    if feature is None or feature.kind not in ("boolean", "category"):
        return {}, ""
    return (_boolean if feature.kind == "boolean" else _category)(view, feature)


def _boolean(view: str, feature: Feature) -> tuple[dict[str, str], str]:
    if view != "dense":
        return {"1": "1", "0": "0"}, ""
    indicator = ",{}" if feature.is_indicated else ""
    known = {text: text + indicator.format(0) for text in "10"}
    return known, feature.entry["fill"] + indicator.format(1)


def _category(view: str, feature: Feature) -> tuple[dict[str, str], str]:
    entry: Mapping[str, Any] = feature.entry
    levels, rare, missing = entry["levels"], entry["rare"], bool(entry["missing"])
    if view == "coded":
        codes = {level: str(code) for code, level in enumerate(levels)}
        codes |= dict.fromkeys(rare, str(len(levels)))
        return codes | {"": ""}, str(len(levels) + 1)
    width = len(levels) + bool(rare) + missing

    def one(place: int | None) -> str:
        return ",".join("1" if each == place else "0" for each in range(width))

    known = {level: one(place) for place, level in enumerate(levels)}
    known |= dict.fromkeys(rare, one(len(levels)))
    known[""] = one(width - 1 if missing else None)
    return known, one(None)
