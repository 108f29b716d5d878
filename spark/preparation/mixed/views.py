"""What candidates train on: a row as text, in each view, from the training rows' encoding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from preparation.arrays import Place, each, gather, pick
from preparation.mixed.columns import Columns
from preparation.mixed.encoding import Feature

_MAP = "map<string,string>"


def with_views(
    rows: DataFrame, views: Sequence[str], columns: Columns, features: Sequence[Feature]
) -> DataFrame:
    """Adds each view, the label and the features as CSV, to rows with numbers, parts and texts,
    and with the number of their class where the label is one.
    """
    by_place = {feature.place: feature for feature in features}
    pieces: dict[str, Column] = {}
    lines: dict[str, Column] = {}
    for view in views:
        sizes = {f"{view} texts": len(columns.texts)}
        pieces[f"{view} texts"] = _texts(view, columns, by_place)
        if view == "dense":
            pieces["dense numbers"] = _filled(columns, by_place)
            sizes = {"dense numbers": len(columns.measures)} | sizes
        else:
            parts = len(columns.measures) - len(columns.numbers)
            sizes = {"numbers": len(columns.numbers), "parts": parts} | sizes
        order = _order(columns, features)
        if columns.has_classes:
            sizes, order = {"class": 1} | sizes, [1 + place for place in order]
        lines[view] = F.array_join(gather(sizes, [0, *order]), ",")
    return rows.withColumns(pieces).withColumns(lines)


def _order(columns: Columns, features: Sequence[Feature]) -> list[int]:
    """Where the pieces of the features lie in the measures and, after them, the texts."""
    found: dict[int, list[int]] = {}
    for i, (place, _) in enumerate(columns.measures):
        found.setdefault(place, []).append(i)
    for i, place in enumerate(columns.texts):
        found.setdefault(place, [len(columns.measures) + i])
    return [i for feature in features for i in found[feature.place]]


def _filled(columns: Columns, features: Mapping[int, Feature]) -> Column:
    """Numbers and parts of dates of the dense view: with fills, and after them whether they stand for one."""
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

    measures = F.concat("numbers", "parts") if columns.moments else F.col("numbers")
    return each(measures, len(columns.measures), piece)


def _fill(feature: Feature | None, part: str) -> tuple[str, bool]:
    if feature is None:
        return "", False
    fill = feature.entry["fill"]
    return (fill[part] if part else fill), feature.is_indicated


def _texts(view: str, columns: Columns, features: Mapping[int, Feature]) -> Column:
    """Categories and booleans; "" for other texts, which are no part of a view."""
    known: list[dict[str, str]] = []
    others: list[str] = []
    for place in columns.texts:
        spelled, other = _spelled(view, features.get(place))
        known.append(spelled)
        others.append(other)

    def piece(cell: Column, place: Place) -> Column:
        return F.coalesce(pick(known, place, _MAP)[cell], pick(others, place))

    return each(F.col("texts"), len(columns.texts), piece)


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
