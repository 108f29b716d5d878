"""Mixed tables for tests, and an encoding fit on their training rows: the job's rules told twice."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bakeoff.domain.run.documents import EncodedColumn, Encoding

Row = Mapping[str, str]
MISSING = ["", "?", "n/a", "na", "nan", "null"]
VIEWS = ("csv", "dense", "coded")
FEW_ROWS, FEW_LEVELS = 10, 50


def fit(columns: Sequence[tuple[str, str]], train: Sequence[Row], label: str = "price") -> Encoding:
    """encoding.json of the feature `columns` (name and kind), of which `train` holds canonical cells."""
    fitted = [fit_column(name, kind, [row[name] for row in train]) for name, kind in columns]
    kept = [column for column in fitted if "dropped" not in column]
    codes = [place for place, column in enumerate(coded_columns(kept), 1) if column["kind"] == "category"]
    views: dict[str, Any] = {
        view: {"features": [name for column in kept for name in names(column, view)]} for view in VIEWS
    }
    views["coded"]["categorical"] = codes
    return {
        "schema_version": 1,
        "run_id": "run-1",
        "label": label,
        "missing": MISSING,
        "train_rows": len(train),
        "columns": fitted,
        "views": views,
    }


def coded_columns(kept: Sequence[EncodedColumn]) -> list[EncodedColumn]:
    """The column that each feature of the view coded is made of."""
    return [column for column in kept for _ in names(column, "coded")]


def fit_column(name: str, kind: str, cells: Sequence[str]) -> EncodedColumn:
    known = [cell for cell in cells if cell]
    if not known:
        return {"name": name, "kind": kind, "dropped": "every training row lacks a value"}
    column: EncodedColumn = {"name": name, "kind": kind, "missing": len(cells) - len(known)}
    if kind == "category":
        least = max(2, min(FEW_ROWS, math.ceil(len(cells) / 100)))
        ranked = sorted(Counter(known).items(), key=lambda item: (-item[1], item[0]))
        levels = [level for level, count in ranked if count >= least][:FEW_LEVELS]
        rare = {level: count for level, count in ranked if level not in levels}
        return {
            **column,
            "levels": levels,
            "rare": list(rare),
            "rare_rows": sum(rare.values()),
            "unlisted_levels": 0,
        }
    if kind == "boolean":
        return {**column, "fill": "1" if 2 * known.count("1") > len(known) else "0"}
    if kind == "number":
        return {**column, "fill": mean_text([Fraction(cell) for cell in known])}
    days = [date.fromisoformat(cell[:10]) for cell in known]
    parts = {
        "day": [(day - date(1970, 1, 1)).days for day in days],
        "month": [day.month for day in days],
        "weekday": [day.isoweekday() for day in days],
    }
    if kind == "timestamp":
        parts["second"] = [
            3600 * int(cell[11:13]) + 60 * int(cell[14:16]) + int(cell[17:19]) for cell in known
        ]
    return {**column, "fill": {part: mean_text(list(map(Fraction, found))) for part, found in parts.items()}}


def mean_text(values: Sequence[Fraction]) -> str:
    """The mean to 7 significant digits of the largest value, as plain text."""
    largest = max(map(abs, values))
    if not largest:
        return "0"
    places = 6 - math.floor(math.log10(largest))
    mean = Fraction(sum(values), len(values))
    rounded = Decimal(round(mean * Fraction(10) ** places)).scaleb(-places)
    text = f"{rounded:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def names(column: EncodedColumn, view: str) -> list[str]:
    name, kind = column["name"], column["kind"]
    if kind == "category" and view == "coded":
        return [name]
    if kind == "category":
        rare = ["(rare)"] if column["rare"] else []
        missing = ["(missing)"] if column["missing"] else []
        return [f"{name}={level}" for level in [*column["levels"], *rare, *missing]]
    parts = {"date": ("day", "month", "weekday"), "timestamp": ("day", "month", "weekday", "second")}
    own = [f"{name}:{part}" for part in parts[kind]] if kind in parts else [name]
    return [*own, f"{name} (missing)"] if view == "dense" and column["missing"] else own


def table_line(label: str, cells: Sequence[str]) -> str:
    """A row of datasets/table/test."""
    return json.dumps([label, *cells], ensure_ascii=False)
