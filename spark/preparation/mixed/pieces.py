"""What a cell becomes in a view, by its column's entry in an encoding. No Spark in here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from preparation.mixed.encoding import Feature


def fill(feature: Feature | None, part: str) -> tuple[str, bool]:
    """Of a number or a part of a date what stands in for it, and whether a feature of its own says so."""
    if feature is None:
        return "", False
    known = feature.entry["fill"]
    return (known[part] if part else known), feature.is_indicated


def spelled(view: str, feature: Feature | None) -> tuple[dict[str, str], str]:
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
