"""The page of a run that told classes apart."""

from __future__ import annotations

import re
from array import array
from functools import cache
from typing import Any, cast

import numpy as np
import pytest

from bakeoff.domain.run.files import RunFiles
from bakeoff.domain.scoring.predictions import Predictions, read_predictions
from bakeoff.domain.verdict.comparison import compare_run
from bakeoff.domain.verdict.options import VerdictOptions
from bakeoff.report.page import render
from tests.unit.bakeoff.domain.statistics.classification.answered import labels
from tests.unit.bakeoff.domain.verdict.class_runs import NAMES, a_classification, candidate
from tests.unit.bakeoff.domain.verdict.results import RUN
from tests.unit.bakeoff.report import examples
from tests.unit.bakeoff.report.html import Page, uneven_tables

SKILLS = {"xgboost": 2.0, "knn": 1.0}


@cache
def page_of(rows: int) -> str:
    actual = labels(rows, 3, 0)
    field = {
        name: candidate(name, actual, skill, seed=seed) for seed, (name, skill) in enumerate(SKILLS.items())
    }
    run = RunFiles(a_classification(field, actual), RUN)
    comparison = compare_run(run, VerdictOptions(task="classification", metric="log_loss"))
    answered = read_predictions(run, comparison["candidates"], NAMES)
    plan = examples.winner().plan
    plan["candidates"] = [{**plan["candidates"][0], "name": name, "algorithm": name} for name in SKILLS]
    return render(comparison, plan, {}, None, answered)


def test_every_row_of_a_table_has_a_cell_under_each_heading() -> None:
    assert uneven_tables(page_of(300)) == []


@pytest.mark.parametrize("name", SKILLS)
def test_a_confusion_matrix_counts_every_test_row_once(name: str) -> None:
    matrix = re.search(f"Confusion matrix of {name}.*?</table>", page_of(300), re.DOTALL)

    assert matrix
    counts = [int(count) for count in re.findall(r">(\d+) \(", matrix[0])]
    assert len(counts) == len(NAMES) ** 2 and sum(counts) == 300


def test_many_classes_have_their_commonest_mistakes_in_place_of_a_matrix() -> None:
    count = 25
    actual = labels(600, count, 0)
    found = candidate("knn", actual, 1.0, classes=count)
    assert found.probabilities is not None
    answered = Predictions(
        [*range(600)], actual.tolist(), list(found.predicted), None, array("d", found.probabilities.ravel())
    )
    completed = compare_run(
        RunFiles(a_classification({"knn": candidate("knn", labels(60, 3, 0), 1.0)}, labels(60, 3, 0)), RUN),
        VerdictOptions(task="classification", metric="log_loss"),
    )
    rows = [{"name": f"class {n}", "train": 3, "validation": 1, "test": 24} for n in range(count)]
    rows[0] |= {"train": 2, "test": 0, "moved": 2}
    comparison = cast("Any", {**completed, "classes": rows})

    page = Page(render(comparison, examples.winner().plan, {}, None, {"knn": answered}))

    assert "The commonest mistakes of knn" in page.text or "Predicted as" in page.words
    assert "no row of class 0, so all of theirs (2) train and none is a test row" in page.words


def test_names_of_classes_are_text_and_never_markup() -> None:
    page = Page(page_of(300))

    assert NAMES[2] in page.text
    assert "<b>may be" not in page_of(300)
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
