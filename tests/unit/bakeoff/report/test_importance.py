"""What the report says of the columns that predictions depend on."""

from __future__ import annotations

from bakeoff.report.importance import importance_told
from tests.unit.bakeoff.report import examples
from tests.unit.bakeoff.report.html import Page
from tests.unit.bakeoff.report.pages import rendered


def test_a_run_that_was_not_asked_says_nothing_of_it() -> None:
    assert importance_told(examples.tie().comparison["candidates"]) is None
    assert "Feature importance" not in rendered(examples.tie())


def test_the_best_candidate_is_drawn_and_every_candidate_is_in_the_table() -> None:
    page = Page(rendered(examples.mixed()))

    [drawn] = [label for label in page.images if label.startswith("How much worse the RMSE of xgboost")]
    assert "area +2.50, from +2.10 to +2.90; balcony +2" in drawn and "gone 0 without an interval" in drawn
    assert (
        "Column xgboost linear-learner knn area +2.50 ± 0.40 +2.25 ± 0.40 +2.00 ± 0.40 balcony" in page.words
    )
    assert "change places among 500 test rows, 5 times" in page.words
    assert "were not measured" not in page.words


def test_columns_that_were_not_measured_are_told_with_the_reason() -> None:
    page = Page(rendered(examples.mixed(more_numbers=1000)))

    assert (
        "xgboost: 966 columns were not measured (measure 35, measure 36, measure 37, measure 38, measure 39, "
        "measure 40, measure 41, measure 42, measure 43, measure 44 and 956 more), because no more than 40 "
        "columns are measured." in page.words
    )


def test_the_order_is_that_of_the_first_candidate_that_was_measured() -> None:
    candidates = examples.mixed().comparison["candidates"]
    candidates[0]["importance"]["columns"] = []
    candidates[1]["importance"]["columns"].reverse()
    candidates[2]["importance"]["columns"][0]["column"] = "another"

    told = importance_told(candidates)

    assert told and told["best"] == "linear-learner"
    assert [name for name, _ in told["table"]] == [
        *("gone", "seen", "sold", "district", "balcony", "area"),
        "another",
    ]
    first, second, third = dict(told["table"])["area"]
    assert first is None and second["increase"] == 2.25 and third is None


def test_where_nothing_could_be_measured_the_reason_stands_alone() -> None:
    example = examples.mixed()
    for candidate in example.comparison["candidates"]:
        candidate["importance"]["columns"] = []
        candidate["importance"]["unmeasured"] = {"count": 1, "first": ["area"], "why": "there was no time."}

    words = Page(rendered(example)).words

    assert "knn: 1 column was not measured (area), because there was no time. " in words
    assert "a hollow dot" not in words
