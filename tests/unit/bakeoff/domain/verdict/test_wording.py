from __future__ import annotations

import math
from typing import Any

import pytest

from bakeoff.domain.verdict.wording import (
    Floor,
    Lead,
    Rows,
    figure,
    p_figure,
    p_told,
    recommendation,
    says_the_same,
    tie,
    too_few_rows,
    winner,
)


def lead(**changes: Any) -> Lead:
    facts: dict[str, Any] = {
        "metric": "rmse",
        "confidence": 0.95,
        "best": "xgboost",
        "value": 2.21,
        "nearest": "linear-learner",
        "nearest_value": 2.28,
        "half_width": 0.05,
        "margin": 0.0221,
        "inflation": 1.1,
        "margin_share": 0.01,
        "rivals": ["linear-learner"],
        "compared": 1,
        "rows": Rows(626, 626),
    }
    return Lead(**{**facts, **changes})


def test_a_winner_of_two() -> None:
    assert winner(lead()) == (
        "xgboost predicts best: its RMSE of 2.21 is lower than that of linear-learner, by 0.0700 "
        "(95% interval 0.0200 to 0.120)."
    )


def test_a_winner_of_several_by_a_metric_that_should_be_high() -> None:
    found = winner(
        lead(metric="relative_accuracy", value=84.6, nearest_value=83.6, half_width=0.5, compared=2)
    )

    assert found == (
        "xgboost predicts best: its relative accuracy of 84.6% is higher than that of the runner-up, "
        "linear-learner, by 1.00 (95% interval 0.500 to 1.50)."
    )


def test_a_tie_of_several() -> None:
    because = recommendation("knn", "rmse", "lowest-latency", 12.5)

    assert tie(
        lead(half_width=0.1, rivals=["linear-learner", "knn", "spark"], compared=3), because, 2813
    ) == (
        "No clear winner: xgboost has the lowest RMSE of 2.21, but its lead of 0.0700 over linear-learner "
        "could be chance (95% interval -0.0300 to 0.170), and that over knn and spark is uncertain "
        "too. knn is recommended because it answers fastest, in 12.5 ms. Telling them apart would take about "
        "2,800 test rows."
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"half_width": 0.05},
            "may be too small to matter (95% interval 0.0200 to 0.120; up to 0.0221, 1% of the best's error, "
            "counts as none)",
        ),
        (
            {"nearest_value": 2.23, "half_width": 0.05},
            "is too small to matter (95% interval -0.0300 to 0.0700; up to 0.0221, 1% of the best's error, "
            "counts as none)",
        ),
        (
            {"half_width": 0.045},
            "could be chance (95% interval 0.0250 to 0.115, which training both anew might undo)",
        ),
        (
            {"half_width": 0.04, "compared": 2},
            "could be chance (95% interval 0.0300 to 0.110, too little among 2 comparisons)",
        ),
    ],
)
def test_a_tie_in_spite_of_an_interval_that_may_exclude_nothing_says_why(
    changes: dict[str, Any], words: str
) -> None:
    assert f"but its lead of {figure(lead(**changes).size)} over linear-learner {words}. " in tie(
        lead(**changes), "xgboost is recommended", None
    )


def test_a_tie_of_equals() -> None:
    because = recommendation("xgboost", "rmse", "shortest-training", 61)
    found = tie(lead(nearest_value=2.21, half_width=0.0, rivals=["linear-learner", "knn"]), because, None)

    assert found == (
        "No clear winner: xgboost and linear-learner have the same RMSE of 2.21, and the lead over knn is "
        "uncertain. xgboost is recommended because it trained fastest, in 61.0 s."
    )


def test_a_tie_without_an_interval() -> None:
    because = recommendation("xgboost", "r2", "lowest-error", None)

    assert tie(lead(metric="r2", value=0.57, nearest_value=0.5, half_width=math.inf), because, None) == (
        "No clear winner: xgboost has the highest R² of 0.570, but its lead of 0.0700 over linear-learner "
        "could be chance (no 95% interval can be given). xgboost is recommended "
        "because it has the highest R²."
    )


def test_too_few_rows() -> None:
    assert too_few_rows(lead(), Floor(Rows(40, 40), 50), 118) == (
        "Too few test rows for a verdict (40, where it takes 50). xgboost has the lowest RMSE of 2.21, "
        "0.0700 ahead of linear-learner. Telling them apart would take about 120 test rows."
    )


def test_rows_that_repeat_are_counted_both_ways() -> None:
    few = too_few_rows(lead(rows=Rows(1240, 12)), Floor(Rows(1240, 12), 50), 118)
    assert few == (
        "Too few test rows for a verdict (1,240 test rows, 12 distinct, where it takes 50). xgboost has the "
        "lowest RMSE of 2.21, 0.0700 ahead of linear-learner. Telling them apart would take about 120 "
        "distinct test rows."
    )
    basis = " This rests on 626 test rows, 600 distinct."
    assert winner(lead(rows=Rows(626, 600))) == f"{winner(lead())}{basis}"
    because = "xgboost is recommended"
    assert tie(lead(rows=Rows(626, 600)), because, None) == f"{tie(lead(), because, None)}{basis}"


def test_rows_of_groups_are_told_by_the_groups_and_not_as_copies() -> None:
    many, few = Rows(584, 60, grouped=True), Rows(584, 30, grouped=True)

    assert winner(lead(rows=many)) == f"{winner(lead())} This rests on 584 test rows in 60 groups."
    assert too_few_rows(lead(rows=few), Floor(few, 50), 118) == (
        "Too few test rows for a verdict (584 test rows in 30 groups, where it takes 50 groups). xgboost has "
        "the lowest RMSE of 2.21, 0.0700 ahead of linear-learner. Telling them apart would take about 120 "
        "groups of test rows."
    )
    of_a_class = too_few_rows(lead(rows=many), Floor(Rows(90, 7, grouped=True), 10, "'a'"), None)
    assert of_a_class.startswith(
        "Too few test rows of the class 'a' for a verdict (7 of 60 groups, where it takes 10 of every class, "
        "about 86 groups in all). "
    )
    assert str(Rows(5, 1, grouped=True)) == "5 test rows in 1 group"


@pytest.mark.parametrize("distinct", [626, 600])
def test_of_rows_that_are_a_group_each_nobody_speaks(distinct: int) -> None:
    assert ("group" in winner(lead(rows=Rows(626, distinct, grouped=True)))) == (distinct < 626)


@pytest.mark.parametrize(
    ("today", "formerly"),
    [
        ("This rests on 1,584 test rows in 60 groups.", "This rests on 1,584 test rows, 60 distinct."),
        (
            "(584 test rows in 30 groups, where it takes 50 groups)",
            "(584 test rows, 30 distinct, where it takes 50)",
        ),
        (
            "(7 of 60 groups, where it takes 10 of every class, about 86 groups in all)",
            "(7 of 60, where it takes 10 of every class, about 86 rows in all)",
        ),
        (
            "(7 of 50, where it takes 10 of every class, about 72 test rows in all)",
            "(7 of 50, where it takes 10 of every class, about 72 rows in all)",
        ),
        ("about 120 groups of test rows.", "about 120 distinct test rows."),
        ("a decision takes 50 groups of test rows", "a decision takes 50 distinct test rows"),
        ("the R² of 60 groups", "the R2 of 60"),
        ("better by more (p < 0.0001, adjusted", "better by more (p = 0.0001, adjusted"),
        ("better by more (p < 0.0001).", "better by more (p = 9.8e-06)."),
        ("the relative accuracy; this", "the accuracy. This"),
    ],
)
def test_words_of_an_earlier_release_say_the_same_and_todays_do_not_pass_for_its_own(
    today: str, formerly: str
) -> None:
    assert says_the_same(today, today) and says_the_same(formerly, today)
    assert not says_the_same(today.replace("60", "61").replace("50", "51").replace("the", "no"), formerly)
    # What somebody wrote into a verdict of rows that have no groups.
    assert not says_the_same(today, formerly)


@pytest.mark.parametrize("told", ["p = 0.00100", "p = 0.000100", "p = 0.00012", "p = 0.5"])
def test_no_other_p_value_was_the_smallest(told: str) -> None:
    assert not says_the_same(f"better ({told})", "better (p < 0.0001)")


@pytest.mark.parametrize(
    ("p_value", "told"),
    [(1e-4 - 1e-8, "p < 0.0001"), (1e-4, "p = 0.000100"), (0.01234, "p = 0.0123"), (1.0, "p = 1.00")],
)
def test_a_p_value_is_told_in_one_way(p_value: float, told: str) -> None:
    assert p_told(p_value) == told and p_figure(p_value) == told.removeprefix("p ").removeprefix("= ")


@pytest.mark.parametrize("rows_needed", [None, 999_999_999_999_999])
def test_with_the_longest_names_no_text_is_too_long_to_read(rows_needed: int | None) -> None:
    name, other, many = "x" * 24, "y" * 24, Rows(123_456_789, 123_456_788)
    facts = lead(
        best=name, nearest=other, rivals=[other], metric="relative_accuracy", half_width=0.06, rows=many
    )
    because = recommendation(name, "relative_accuracy", "shortest-training", 12_345.6)

    text = tie(facts, because, rows_needed)

    assert "counts as none" in text
    assert max(map(len, text.split(". "))) < 280


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.056112, "0.0561"),
        (-0.0299389, "-0.0299"),
        (2.22889, "2.23"),
        (84.6477, "84.6"),
        (145.461, "145"),
        (12_345.6, "12,346"),
        (0.00001234, "1.23e-05"),
        (1.5e12, "1.5e+12"),
    ],
)
def test_figures_have_three_significant_digits(value: float, text: str) -> None:
    assert figure(value) == text
