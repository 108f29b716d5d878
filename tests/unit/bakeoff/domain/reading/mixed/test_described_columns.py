from __future__ import annotations

from typing import Any

from bakeoff.domain.reading.mixed.telling import described


def column(name: str, kind: str = "number", role: str = "feature", **more: str) -> Any:
    return {"name": name, "kind": kind, "role": role, **more}


def test_one_line_counts_the_features_by_kind() -> None:
    columns = [
        column("price", role="label"),
        *(column(f"n{place}") for place in range(9)),
        *(column(f"c{place}", "category") for place in range(3)),
        column("sold", "date"),
        column("id", "text", "ignored"),
    ]

    assert described(columns) == "label: price; 9 numbers, 3 categories, 1 date; ignored: id"


def test_groups_and_times_are_named_and_long_lists_are_cut() -> None:
    columns = [
        column("price", role="label"),
        column("area"),
        column("patient", "category", "group"),
        *(column(f"i{place}", "text", "ignored") for place in range(10)),
    ]

    assert described(columns) == (
        "label: price; 1 number; group: patient; ignored: i0, i1, i2, i3, i4, i5, i6, i7 and 2 more"
    )
