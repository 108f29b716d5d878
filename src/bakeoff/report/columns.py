"""What became of each column of a mixed table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bakeoff.domain.reading.mixed.telling import described
from bakeoff.domain.run.documents import EncodedColumn, Encoding, Plan, TableColumn
from bakeoff.report.text import plural, shortened

_LEVELS_SHOWN = 5
_SHOWN, _MOST = 20, 500
_PARTS = {"date": "day, month and weekday", "timestamp": "day, month, weekday and second of the day"}
_ROLES = {
    "label": "what is predicted",
    "group": "no feature: its rows share a split",
    "time": "no feature: the latest rows by it are the test split",
}


def columns_told(columns: Sequence[TableColumn], plan: Plan, encoding: Encoding | None) -> dict[str, Any]:
    """One line on all columns, and one on each: many are folded, and very many cut.

    `encoding` is None in runs of which it is lost.
    """
    encoded = {column["name"]: column for column in encoding["columns"]} if encoding else {}
    rows = [_told(column, encoded.get(column["name"]), encoding) for column in columns[:_MOST]]
    return {
        "line": described(columns),
        "rows": rows[:_SHOWN],
        "folded": rows[_SHOWN:],
        "cut": max(0, len(columns) - _MOST),
        "train_rows": encoding["train_rows"] if encoding else None,
        "views": _views(plan, encoding),
    }


def _listed(names: Sequence[str], most: int = 8) -> str:
    rest = len(names) - most
    return ", ".join(map(shortened, names[:most])) + (f" and {rest:,} more" if rest > 0 else "")


def _told(column: TableColumn, encoded: EncodedColumn | None, encoding: Encoding | None) -> dict[str, Any]:
    missing = encoded.get("missing") if encoded else None
    return {
        "name": shortened(column["name"]),
        "kind": column["kind"],
        "becomes": _becomes(column, encoded, bool(encoding and "dense" in encoding["views"])),
        "why": column.get("why") if column["role"] != "ignored" else None,
        "missing": missing,
        "is_kept": column["role"] in ("label", "feature") and not (encoded and "dropped" in encoded),
    }


def _becomes(column: TableColumn, encoded: EncodedColumn | None, is_filled: bool) -> str:
    if column["role"] == "ignored":
        return f"left out: {column.get('why', 'ignored')}"
    if column["role"] in _ROLES:
        return _ROLES[column["role"]]
    if encoded is None:
        return "features"
    if "dropped" in encoded:
        return f"left out: {encoded['dropped']}"
    if encoded["kind"] == "category":
        return _levels(encoded)
    values = _PARTS.get(encoded["kind"], "1 or 0" if encoded["kind"] == "boolean" else "the number")
    return values + (_filled(encoded) if is_filled and encoded["missing"] else "")


def _levels(encoded: EncodedColumn) -> str:
    levels, rare, unlisted = encoded["levels"], len(encoded["rare"]), encoded["unlisted_levels"]
    shown = [f'"{level}"' if set(level) & set(",;") else level for level in levels]
    named = f": {_listed(shown, _LEVELS_SHOWN)}" if levels else ""
    together = (
        f"; {plural(rare, 'rare level')} together ({plural(encoded['rare_rows'], 'row')})" if rare else ""
    )
    together += f"; {plural(unlisted, 'rarer level')} like levels never seen" if unlisted else ""
    missing = "; missing values apart" if encoded["missing"] else ""
    return f"{plural(len(levels), 'level')}{named}{together}{missing}"


def _filled(encoded: EncodedColumn) -> str:
    fill = encoded["fill"]
    parts = {"": fill} if isinstance(fill, str) else fill
    values = ", ".join(f"{part} {text}".strip() for part, text in parts.items())
    return f"; gaps filled with {values} and marked, where a candidate takes none"


def _views(plan: Plan, encoding: Encoding | None) -> list[dict[str, Any]]:
    sizes = {view: len(found["features"]) for view, found in encoding["views"].items()} if encoding else {}
    return [
        {
            "candidate": item["name"],
            "view": item.get("view", "csv"),
            "features": sizes.get(item.get("view", "")),
        }
        for item in plan["candidates"]
    ]
