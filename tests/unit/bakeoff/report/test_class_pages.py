"""The page of a run that told classes apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bakeoff.report.text import told_apart
from tests.unit.bakeoff.domain.statistics.classification.answered import labels
from tests.unit.bakeoff.domain.verdict.class_runs import NAMES
from tests.unit.bakeoff.report.class_examples import FIVE, SKILLS, TWO, classified
from tests.unit.bakeoff.report.examples import HOSTILE, add_failure, tie
from tests.unit.bakeoff.report.html import Page, uneven_tables
from tests.unit.bakeoff.report.pages import rendered

ENDLESS = ("n" * 999 + "a", "n" * 999 + "b")


@cache
def page_of(rows: int, names: Sequence[str] = tuple(NAMES), labels_only: Sequence[str] = ()) -> str:
    return rendered(classified(names, rows=rows, labels_only=labels_only))


def hundred() -> tuple[str, ...]:
    return tuple(f"class <{number}>" for number in range(100))


def test_every_row_of_a_table_has_a_cell_under_each_heading() -> None:
    failing = classified(TWO)
    add_failure(failing, "knn-2", "Train model: no capacity.")

    assert uneven_tables(rendered(failing)) == []
    assert uneven_tables(page_of(300)) == []


@pytest.mark.parametrize("name", SKILLS)
def test_a_confusion_matrix_counts_every_test_row_once(name: str) -> None:
    matrix = re.search(f"Confusion matrix of {name}.*?</table>", page_of(300), re.DOTALL)

    assert matrix
    counts = [int(count) for count in re.findall(r">(\d+) \(", matrix[0])]
    assert len(counts) == len(NAMES) ** 2 and sum(counts) == 300


def test_classes_whose_rows_all_train_are_named() -> None:
    run = classified(FIVE)
    run.comparison["classes"][0] |= {"train": 2, "validation": 0, "test": 0, "moved": 2}

    page = Page(rendered(run))

    assert "no row of elm, so all of theirs (2) train and none is a test row" in page.words


def test_names_of_classes_are_text_and_never_markup() -> None:
    page = Page(page_of(300))

    assert NAMES[2] in page.text
    assert "<b>may be" not in page_of(300)
    assert not page.unclosed and not page.mismatched


@settings(max_examples=3, deadline=None)
@given(st.text(max_size=30))
@example(HOSTILE)
@example('a, "b"; \\ $x$ {{ 1 }} \u202e\x00\ud800')
@example("n" * 1000)
def test_a_class_of_any_name_changes_no_tag_of_the_page(text: str) -> None:
    plain, page = Page(page_of(60, TWO)), Page(rendered(classified(("kept", f"sold{text}"), rows=60)))

    assert page.tags == plain.tags
    assert not page.unclosed and not page.mismatched


def test_the_leaderboard_has_the_metrics_of_classes_only() -> None:
    words = Page(page_of(300)).words

    assert " Log loss decides " in words and " ROC AUC " in words
    assert "RMSE" not in words and "Predicts" not in words


def test_too_few_rows_of_a_class_are_told_as_the_reason_wherever_there_is_no_interval() -> None:
    assert int(np.min(np.bincount(labels(60, 3, 0)))) < 25
    words = Page(page_of(60)).words

    assert "Inconclusive: fewer than 25 test rows of a class." in words
    assert "a verdict takes at least 25 test rows of every class" in words


def test_of_a_hundred_classes_the_commonest_mistakes_are_told_and_most_errors_are_folded() -> None:
    html = page_of(1500, hundred())
    page = Page(html)

    assert "The commonest mistakes of xgboost" in html and "Confusion matrix" not in html
    assert "80 more classes" in page.words
    folded = re.search("<details>.*?</details>", html, re.DOTALL)
    assert folded and folded[0].count("&lt;") == 80
    assert uneven_tables(html) == []
    assert len(html) < 150_000


def test_names_that_are_cut_stay_different() -> None:
    words = Page(page_of(60, ENDLESS)).words

    assert "n" * 81 not in words
    assert f"{'n' * 79}… (class 2) is the positive class." in " ".join(words.split())


@given(st.lists(st.text(max_size=4) | st.text(min_size=79, max_size=82), unique=True, max_size=6))
@example(["a", "a ", " a", "a  b", "a b", "", " ", "a\n", "a\t", "a\\n", "\ud800", "\u200b"])
@settings(deadline=None)
def test_different_classes_look_different(names: list[str]) -> None:
    shown = told_apart(names)

    assert len({" ".join(name.split()) for name in shown}) == len(names)
    assert all(name.isprintable() and 0 < len(name) <= 100 for name in shown)


def test_two_classes_have_curves_and_a_reliability_picture_that_say_their_numbers() -> None:
    run = classified(TWO)
    roc, trade, reliability = Page(rendered(run)).images[1:4]

    area = run.comparison["candidates"][0]["metrics"]["roc_auc"]
    assert roc.startswith("ROC curves of sold, at once. Area under the curve (guessing has 0.5): ")
    assert f"xgboost {area:.3f}" in roc and "knn 0." in roc
    assert trade.startswith("Precision-recall curves of sold, at once. Average precision (guessing has 0.")
    error = run.comparison["candidates"][0]["metrics"]["calibration_error"]
    assert "Observed share of sold, at once, by the predicted probability of sold, at once." in reliability
    assert f"xgboost {error:.2g}" in reliability


def test_more_classes_have_a_picture_of_the_answers_probability_and_no_curves() -> None:
    page = Page(page_of(300, FIVE))
    labels = [label for label in page.images if "robability" in label or "ROC" in label]

    assert len(labels) == 1
    assert labels[0].startswith("Share of right answers, by the probability of the answer. Expected calib")
    assert "Average precision" not in page.words


def test_who_answers_with_labels_is_named_and_not_drawn() -> None:
    page = Page(page_of(300, TWO, ("knn",)))
    curves = [label for label in page.images if label.startswith("ROC")]

    assert "Not shown, because the answers are labels without probabilities: knn." in page.words
    assert len(curves) == 1 and "knn" not in curves[0]


def test_where_all_answer_with_labels_there_is_no_picture() -> None:
    page = Page(page_of(300, TWO, tuple(SKILLS)))

    assert not any("ROC" in label or "alibration" in label for label in page.images)
    assert "are labels without probabilities: xgboost, knn." in page.words


def test_rows_of_one_class_have_no_curves_and_the_page_says_why() -> None:
    run = classified(TWO, rows=60)
    for name, found in run.answers.items():
        ones = [place for place, actual in enumerate(found.actual) if actual == 1]
        run.answers[name] = type(found)(
            [found.rows[place] for place in ones],
            [1.0] * len(ones),
            [found.predicted[place] for place in ones],
            None,
            type(found.probabilities)(
                "d", [p for place in ones for p in found.probabilities[2 * place : 2 * place + 2]]
            ),
        )
    page = Page(rendered(run))

    assert "There are no curves, because the test rows are of one class only." in page.words
    assert [label for label in page.images if "ROC" in label] == []
    assert any("Expected calibration error" in label for label in page.images)


def test_only_the_best_six_are_drawn_and_the_page_says_so() -> None:
    run = classified(TWO, {f"candidate-{place}": 3 - place / 4 for place in range(8)}, rows=120)
    page = Page(rendered(run))
    roc = next(label for label in page.images if label.startswith("ROC"))

    assert len(re.findall(r"candidate-\d", roc)) == 6
    assert "Shown are the best 6; the leaderboard has the other 2." in page.words


def test_a_regression_has_no_section_on_probabilities() -> None:
    assert "probabilities" not in rendered(tie())
