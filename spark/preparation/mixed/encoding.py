"""encoding.json: what each column becomes, by what its training rows say. No Spark in here."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from preparation.failures import JobError, shortened
from preparation.mixed.columns import Columns
from preparation.mixed.fitting import Found, Levels, Measure
from preparation.plan import Plan

MAX_FEATURES = 10_000
# Rare levels that are known by name, so that others are told from them: of a column, and of all together.
MAX_RARE, MAX_RARE_IN_ALL = 1000, 20_000
RARE, MISSING = "(rare)", "(missing)"
_EMPTY = "every training row lacks a value"
# More levels than this share of the rows tell nothing of another row.
_DISTINCT = 0.9
# A fill's digits; and those that are looked at first, so that no order of summation can turn a tie.
_DIGITS, _SURE_DIGITS = 7, 10


@dataclass(frozen=True)
class Feature:
    """A column that becomes features. `place` is its place among the kept columns."""

    place: int
    entry: Mapping[str, Any]

    @property
    def kind(self) -> str:
        return str(self.entry["kind"])

    @property
    def is_indicated(self) -> bool:
        """Whether the dense view tells by a feature of its own that a value is missing."""
        return self.kind != "category" and self.entry["missing"] > 0

    @property
    def places(self) -> list[str]:
        """What a category's 0/1 features stand for."""
        rare = [RARE] if self.entry["rare"] else []
        missing = [MISSING] if self.entry["missing"] else []
        return [*self.entry["levels"], *rare, *missing]

    def names(self, view: str) -> list[str]:
        name = self.entry["name"]
        if self.kind == "category":
            return [name] if view == "coded" else [f"{name}={place}" for place in self.places]
        fill = self.entry["fill"]
        parts = [f"{name}:{part}" for part in fill] if isinstance(fill, dict) else [name]
        return [*parts, f"{name} {MISSING}"] if view == "dense" and self.is_indicated else parts


def encoding_of(plan: Plan, columns: Columns, found: Found) -> dict[str, Any]:
    """The document. Raises JobError for a view of too many features, or of none."""
    entries = [_entry(columns, place, found, plan["table"]) for place in columns.features]
    features = features_of(entries, columns)
    return {
        "schema_version": 1,
        "run_id": plan["run_id"],
        "label": columns.kept[0].name,
        "missing": plan["table"]["missing"],
        "train_rows": found.train_rows,
        "columns": entries,
        "views": {
            view: _view(view, features, is_empty_fine=not found.train_rows) for view in plan["formats"]
        },
    }


def features_of(entries: Sequence[Mapping[str, Any]], columns: Columns) -> list[Feature]:
    pairs = zip(columns.features, entries, strict=True)
    return [Feature(place, entry) for place, entry in pairs if "dropped" not in entry]


def fill_of(measure: Measure) -> str:
    """The mean in plain spelling, to 7 digits of the largest of the numbers."""
    largest = max(abs(measure.least), abs(measure.most))
    if largest == 0:
        return "0"
    exponent = math.floor(math.log10(largest))
    mean = Decimal(measure.total) / measure.count
    for digits in (_SURE_DIGITS, _DIGITS):
        mean = mean.quantize(Decimal(1).scaleb(exponent - digits + 1))
    text = f"{mean:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _entry(columns: Columns, place: int, found: Found, table: Mapping[str, Any]) -> dict[str, Any]:
    column = columns.kept[place]
    known: dict[str, Any] = {"name": column.name, "kind": column.kind}
    if column.kind in ("boolean", "category"):
        levels = found.levels.get(columns.texts.index(place), Levels())
        said = _boolean if column.kind == "boolean" else _category
        is_id = column.kind == "category" and not column.is_wanted and levels.count > _DISTINCT * levels.rows
        if is_id and levels.rows:
            reason = f"{levels.count} levels in {levels.rows} rows: nearly every row has another"
            return known | {"dropped": reason}
        rows, rest = levels.rows, said(levels, found.train_rows, table)
    else:
        parts = {
            part: found.measures.get(i, Measure())
            for i, (of, part) in enumerate(columns.measures)
            if of == place
        }
        rows = min(measure.count for measure in parts.values())
        fills = {part: fill_of(measure) for part, measure in parts.items() if rows}
        rest = {"fill": fills.get("", fills)}
    if not rows:
        return known | {"dropped": _EMPTY}
    return known | {"missing": found.train_rows - rows} | rest


def _boolean(levels: Levels, train_rows: int, table: Mapping[str, Any]) -> dict[str, Any]:
    rows = dict(levels.common)
    return {"fill": "1" if rows.get("1", 0) > rows.get("0", 0) else "0"}


def _category(levels: Levels, train_rows: int, table: Mapping[str, Any]) -> dict[str, Any]:
    """A level needs a hundredth of the rows, though 10 are enough and 2 the least."""
    least = max(2, min(10, -(-train_rows // 100)))
    frequent = [level for level, rows in levels.common[: table["max_levels"]] if rows >= least]
    rare = levels.common[len(frequent) :]
    return {
        "levels": frequent,
        "rare": [level for level, _ in rare],
        "rare_rows": sum(rows for _, rows in rare),
        "unlisted_levels": levels.count - len(levels.common),
    }


def listed_levels(columns: Columns, max_levels: int) -> int:
    """How many levels of a column, the most frequent ones, encoding.json knows by name."""
    categories = sum(column.kind == "category" for column in columns.of_texts)
    return max_levels + min(MAX_RARE, MAX_RARE_IN_ALL // max(1, categories))


def _view(view: str, features: Sequence[Feature], is_empty_fine: bool) -> dict[str, Any]:
    names = list(_unique(name for feature in features for name in feature.names(view)))
    if not names and not is_empty_fine:
        raise JobError(
            "No feature is left: in the training rows, every column lacks values or has another one in "
            "nearly every row; name such a column in `categorical` to keep it, or upload a table with others."
        )
    if len(names) > MAX_FEATURES:
        raise JobError(_too_many(view, features, len(names)))
    if view != "coded":
        return {"features": names}
    codes = [place for place, feature in enumerate(_of_each(view, features), 1) if feature.kind == "category"]
    return {"features": names, "categorical": codes}


def _of_each(view: str, features: Sequence[Feature]) -> Iterator[Feature]:
    """The column of each feature of the view."""
    for feature in features:
        yield from (feature for _ in feature.names(view))


def _unique(names: Iterator[str]) -> Iterator[str]:
    """Two columns may make one name: `a=b` with the level `c`, and `a` with the level `b=c`."""
    used: set[str] = set()
    for name in names:
        unique, count = name, 1
        while unique in used:
            count += 1
            unique = f"{name} ({count})"
        used.add(unique)
        yield unique


def _too_many(view: str, features: Sequence[Feature], count: int) -> str:
    widest = sorted(features, key=lambda feature: -len(feature.names(view)))[:3]
    named = ", ".join(
        f"{shortened(feature.entry['name'], 60)} ({len(feature.names(view))})" for feature in widest
    )
    gaps = ", where each column with gaps needs one more" if view == "dense" else ""
    cure = ", or compare no algorithm that trains on this view" if view == "dense" else ""
    return (
        f"The columns become {count:,} features in the view {view}{gaps}, and {MAX_FEATURES:,} are the most "
        f"that a comparison takes; most come of {named}: name such columns in `ignore`{cure}."
    )
