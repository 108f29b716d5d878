"""A page claims no evidence that was not computed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit.bakeoff.report import examples
from tests.unit.bakeoff.report.examples import Run
from tests.unit.bakeoff.report.html import Page
from tests.unit.bakeoff.report.pages import rendered

CLAIMS = ("Confidence 95%", "10,000 resamples", "% confidence", "Paired bootstrap", "Holm", "Line:", "p (")


def page(run: Run) -> Page:
    return Page(rendered(run))


def evidence(run: Run) -> str:
    return page(run).words.partition("Differences to the best ")[2].partition("Predicted against actual")[0]


def test_what_was_resampled_is_described() -> None:
    shown = page(examples.tie())

    assert [claim for claim in CLAIMS if claim not in shown.words] == []
    assert shown.images[0].startswith("Difference in RMSE to xgboost with its 95% confidence interval: ")


@pytest.mark.parametrize(
    "example",
    [examples.too_few_rows, examples.inconclusive, examples.nothing_finished, examples.undefined],
)
def test_without_a_verdict_nothing_is_said_of_how_it_was_reached(example: Callable[[], Run]) -> None:
    shown = page(example())

    assert [claim for claim in CLAIMS if claim in shown.words] == []
    assert not any("interval" in label or "Difference" in label for label in shown.images)


@pytest.mark.parametrize(("metric", "which"), [("rmse", ""), ("relative_accuracy", " whose label is not 0")])
def test_too_few_rows_are_given_as_the_reason(metric: str, which: str) -> None:
    run = examples.too_few_rows(metric)
    verdict = run.comparison["verdict"]
    assert verdict["outcome"] == "inconclusive" and verdict["comparisons"][0]["p_value"] is None

    shown = evidence(run)

    assert f"because a verdict takes at least 50 test rows{which}" in shown
    assert f"{verdict['comparisons'][0]['candidate']} {'+' if metric == 'rmse' else '-'}" in shown


@pytest.mark.parametrize(
    ("example", "reason"),
    [
        (examples.inconclusive, "Only xgboost finished, so nothing was compared or resampled."),
        (examples.nothing_finished, "No candidate finished, so nothing was compared or resampled."),
        (examples.undefined, "The test rows leave the R² undefined, so nothing was compared or resampled."),
    ],
)
def test_a_run_without_two_measured_candidates_says_why_it_has_no_differences(
    example: Callable[[], Run], reason: str
) -> None:
    assert reason in evidence(example())


def test_a_metric_that_the_test_rows_leave_undefined_is_not_called_unmeasured() -> None:
    assert "Recommended no candidate the R² is undefined" in page(examples.undefined()).words
    assert "Recommended no candidate nothing was measured" in page(examples.nothing_finished()).words


def test_the_only_finisher_is_not_the_lowest_of_one() -> None:
    assert "Recommended xgboost the only one that finished" in page(examples.inconclusive()).words


def test_p_values_without_intervals_say_why() -> None:
    run = examples.unbounded()
    (comparison,) = run.comparison["verdict"]["comparisons"]
    assert comparison["ci_low"] is None and comparison["p_value"] > 0

    shown = page(run)

    assert "There is no interval because too many resamples leave the R² undefined." in shown.words
    assert "lies in with" not in shown.words and "Line:" not in shown.words
    assert "Holm" in shown.words and "Confidence 95% 10,000 resamples" in shown.words
    assert shown.images[0].startswith("Difference in R² to xgboost: linear-learner -")


def test_the_text_finds_the_plots_wherever_the_screen_puts_them() -> None:
    shown = page(examples.tie()).words

    assert "Predicted against actual: on the diagonal the prediction is right" in shown
    assert "Residuals: above 0 it is too high" in shown
    assert not any(side in shown for side in ("On the left", "On the right", "on the right"))
