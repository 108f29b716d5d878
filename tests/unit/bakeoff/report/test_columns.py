"""What the report says of the columns of a mixed table."""

from __future__ import annotations

from typing import Any

import pytest

from bakeoff.report.columns import columns_told
from tests.mixed import fit
from tests.unit.bakeoff.report import examples
from tests.unit.bakeoff.report.html import Page
from tests.unit.bakeoff.report.pages import rendered


def column(name: str, kind: str = "number", role: str = "feature", **more: str) -> Any:
    return {"name": name, "kind": kind, "role": role, **more}


def told(columns: list[Any], train: list[dict[str, str]], formats: tuple[str, ...] = ("csv", "dense")) -> Any:
    encoding = fit([(each["name"], each["kind"]) for each in columns if each["role"] == "feature"], train)
    encoding["views"] = {view: encoding["views"][view] for view in formats}
    plan: Any = {"candidates": [{"name": "one", "view": "csv"}]}
    label = column("price", role="label")
    return columns_told([*columns, label], plan, encoding)


@pytest.mark.parametrize(
    ("kind", "cells", "becomes"),
    [
        ("number", ["1", "2"], "the number"),
        (
            "number",
            ["1.5", "2.5", ""],
            "the number; gaps filled with 2 and marked, where a candidate takes none",
        ),
        ("boolean", ["1", "0"], "1 or 0"),
        ("date", ["2026-01-01"], "day, month and weekday"),
        (
            "timestamp",
            ["1970-01-02T00:00:05", ""],
            "day, month, weekday and second of the day; gaps filled with day 1, month 1, weekday 5, second 5 "
            "and marked, where a candidate takes none",
        ),
        ("category", list("aabb"), "2 levels: a, b"),
        ("category", list("aabbc"), "2 levels: a, b; 1 rare level together (1 row)"),
        (
            "category",
            list("aabbccddeeffxyz"),
            "6 levels: a, b, c, d, e and 1 more; 3 rare levels together (3 rows)",
        ),
        (
            "category",
            [*(["Old, town"] * 3), "b", "b", ""],
            '2 levels: "Old, town", b; missing values apart',
        ),
        ("category", list("ab"), "0 levels; 2 rare levels together (2 rows)"),
        ("number", [""], "left out: every training row lacks a value"),
    ],
)
def test_a_feature_is_told_by_what_it_became(kind: str, cells: list[str], becomes: str) -> None:
    row, _ = told([column("it", kind)], [{"it": cell} for cell in cells])["rows"]

    assert (row["name"], row["kind"], row["becomes"]) == ("it", kind, becomes)
    assert row["missing"] == (None if "left out" in becomes else cells.count(""))


def test_gaps_are_not_filled_where_every_candidate_takes_them() -> None:
    row, _ = told([column("it")], [{"it": ""}, {"it": "1"}], formats=("csv",))["rows"]

    assert (row["becomes"], row["missing"]) == ("the number", 1)


@pytest.mark.parametrize(
    ("role", "becomes"),
    [
        ("label", "what is predicted"),
        ("group", "no feature: its rows share a split"),
        ("time", "no feature: the latest rows by it are the test split"),
        ("ignored", "left out: free text"),
    ],
)
def test_other_columns_are_told_by_their_role(role: str, becomes: str) -> None:
    rows = told([column("it", role=role, why="free text"), column("area")], [{"area": "1"}])["rows"]

    assert [row["becomes"] for row in rows] == [becomes, "the number", "what is predicted"]


def test_the_page_has_the_line_the_table_the_views_and_the_rows_without_a_label() -> None:
    page = Page(rendered(examples.mixed()))

    assert "label: rent; 2 numbers, 1 boolean, 1 category, 1 date, 1 timestamp" in page.words
    assert "12 rows, left out" in page.words
    views = " ".join(page.words.split())
    assert "xgboost from the view csv of" in views and "knn from the view dense of" in views
    assert "district category" in page.words and "(the setting categorical)" in page.words
    assert "left out: every training row lacks a value" in page.words
    assert not page.all("details")


def test_rows_of_one_group_are_called_a_group_and_no_copies() -> None:
    example = examples.mixed()
    example.comparison["dataset"]["distinct"] = 80

    words = Page(rendered(example)).words

    assert "the same 200 test rows, in 80 groups, for every candidate" in words
    assert "Rows of one group are drawn together: the 200 test rows are 80 pieces of evidence" in words
    assert "distinct" not in words


def test_many_columns_are_folded_and_very_many_cut_with_a_count() -> None:
    many, most = (Page(rendered(examples.mixed(count))) for count in (30, 1000))

    assert len(many.all("details")) == len(most.all("details")) == 1
    assert "19 more columns" in many.words and "columns more are in" not in many.words
    assert "480 more columns" in most.words and "509 columns more are in plan.json" in most.words


def test_a_report_of_a_run_without_its_encoding_still_tells_the_columns() -> None:
    example = examples.mixed()
    example.encoding = None

    page = Page(rendered(example))

    assert "label: rent; 2 numbers" in page.words and "what is predicted" in page.words


def test_the_provenance_fills_in_the_features_of_each_candidate_s_view() -> None:
    example = examples.mixed()
    for candidate, view in zip(example.plan["candidates"], ("csv", "dense"), strict=False):
        candidate.update(view=view, hyperparameters={"feature_dim": "{feature_dim}", "batch": "{mini_batch}"})
    sizes = [len(example.encoding["views"][view]["features"]) for view in ("csv", "dense")]

    provenance = Page(rendered(example)).words.rpartition("Provenance")[2]

    assert sizes[0] != sizes[1]
    for size in sizes:
        assert f"{{feature_dim}} with {size}, {{mini_batch}} with 100." in provenance
    example.plan["candidates"][0].update(view="coded", hyperparameters={"codes": "{categorical}"})
    coded = [position - 1 for position in example.encoding["views"]["coded"]["categorical"]]
    assert f"Filled before training: {{categorical}} with {coded}." in Page(rendered(example)).words
    example.encoding = None
    assert "Filled before training: {mini_batch} with 100." in Page(rendered(example)).words
