"""Verdicts on candidates that predict classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bakeoff.domain.run.documents import Comparison, Verdict
from bakeoff.domain.run.files import RunFiles, WritableRunFiles
from bakeoff.domain.statistics.registry import METRICS_OF
from bakeoff.domain.verdict.comparison import compare_run, judge
from bakeoff.domain.verdict.headline import MAX_CHARACTERS, headline
from bakeoff.domain.verdict.options import MIN_CLASS_ROWS, Candidate, VerdictOptions
from bakeoff.domain.verdict.reach import reach_verdict
from tests.unit.bakeoff.domain.statistics.classification.answered import labels
from tests.unit.bakeoff.domain.verdict.class_runs import NAMES, a_classification, candidate
from tests.unit.bakeoff.domain.verdict.results import RUN

METRICS = tuple(METRICS_OF["classification"])
MANY = 10**9


def options(metric: str = "log_loss", **others: Any) -> VerdictOptions:
    return VerdictOptions(task="classification", metric=metric, **others)


def verdict(
    actual: NDArray[np.int64],
    field: Sequence[Candidate],
    metric: str = "log_loss",
    clusters: Sequence[int] | None = None,
    classes: Sequence[str] = (),
) -> Verdict:
    named = classes or NAMES[: int(actual.max()) + 1]
    return reach_verdict(actual.tolist(), field, MANY, options(metric), clusters, named)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("classes", [2, 3])
def test_the_better_of_two_wins_by_every_metric(metric: str, classes: int) -> None:
    actual = labels(400, classes, 0)
    field = [candidate("worse", actual, 0.5, classes), candidate("better", actual, 3, classes, seed=1)]

    found = verdict(actual, field, metric)

    assert (found["outcome"], found["best"]) == ("winner", "better")
    assert METRICS_OF["classification"][metric].name in found["reason"]
    [comparison] = found["comparisons"]
    lower = METRICS_OF["classification"][metric].lower_is_better
    assert (comparison["difference"] > 0) == lower


@pytest.mark.parametrize("metric", METRICS)
@given(order=st.permutations(["a", "b", "c"]))
@settings(max_examples=6, deadline=None)
def test_the_candidates_order_does_not_matter(metric: str, order: list[str]) -> None:
    actual = labels(150, 3, 0)
    field = {name: candidate(name, actual, 1 + place / 4, seed=place) for place, name in enumerate("abc")}

    assert verdict(actual, [field[name] for name in order], metric) == verdict(
        actual, [*field.values()], metric
    )


@pytest.mark.parametrize("metric", METRICS)
def test_equals_tie(metric: str) -> None:
    actual = labels(150, 3, 0)

    found = verdict(actual, [candidate(name, actual, 1) for name in ("a", "b")], metric)

    assert (found["outcome"], found["best"], found["tied_with_best"]) == ("tie", "a", ["b"])


def rare(rows: int, of_class: int) -> NDArray[np.int64]:
    actual = np.zeros(rows, dtype=np.int64)
    actual[:of_class] = 1
    return actual


@pytest.mark.parametrize("metric", METRICS)
def test_too_few_rows_of_a_class_allow_no_verdict(metric: str) -> None:
    actual = rare(600, MIN_CLASS_ROWS - 1)
    field = [candidate("better", actual, 3, 2), candidate("worse", actual, 0.1, 2, seed=1)]

    found = verdict(actual, field, metric)

    assert (found["outcome"], found["best"]) == ("inconclusive", "better")
    assert found["reason"].startswith(
        "Too few test rows of the class 'yes' for a verdict (24 of 600, where it takes 25 of every class, "
        "about 625 test rows in all). better has the "
    )
    assert found["rows_needed"] is not None
    assert found["rows_needed"] >= 625
    assert found["comparisons"][0]["p_value"] is None


def test_as_many_rows_of_each_class_as_it_takes_allow_a_verdict() -> None:
    actual = rare(600, MIN_CLASS_ROWS)
    field = [candidate("better", actual, 9, 2), candidate("worse", actual, 0.1, 2, seed=1)]

    assert verdict(actual, field)["outcome"] == "winner"


def test_copies_of_a_row_are_no_further_rows_of_its_class() -> None:
    actual = rare(600, 60)
    clusters = [0 if row < 40 else row for row in range(600)]  # 40 of the 60 are one
    field = [candidate("a", actual, 9, 2), candidate("b", actual, 0.1, 2, seed=1)]

    found = verdict(actual, field, clusters=clusters)

    assert "of the class 'yes' for a verdict (21 of 561, where" in found["reason"]


def test_a_class_without_any_test_row_is_named_without_a_number_of_rows() -> None:
    actual = labels(200, 2, 0)
    field = [candidate(name, actual, skill) for name, skill in (("a", 2), ("b", 1))]

    found = verdict(actual, field, "accuracy", classes=NAMES)

    assert found["outcome"] == "inconclusive"
    assert "(0 of 200, where it takes 25 of every class). a has the highest accuracy" in found["reason"]
    assert found["rows_needed"] is None


def test_test_rows_of_one_class_leave_the_auc_undefined() -> None:
    actual = np.zeros(60, dtype=np.int64)
    field = [candidate(name, actual, 1, 2) for name in "ab"]

    found = verdict(actual, field, "roc_auc", classes=NAMES[:2])

    assert found["reason"] == (
        "No verdict: the test rows leave the ROC AUC of a and b undefined; choose another metric, such as "
        "log_loss."
    )


def labelled(metric: str, *only_labels: str) -> Verdict:
    actual = labels(300, 3, 0)
    field = [
        candidate(name, actual, skill, seed=place, labels_only=name in only_labels)
        for place, (name, skill) in enumerate([("a", 3.0), ("b", 1.0), ("c", 2.0)])
    ]
    return verdict(actual, field, metric)


@pytest.mark.parametrize("metric", METRICS)
def test_a_candidate_that_names_classes_only_is_compared_by_metrics_of_labels(metric: str) -> None:
    found = labelled(metric, "a")

    compared = {found["best"], *(item["candidate"] for item in found["comparisons"])}
    needs_probabilities = METRICS_OF["classification"][metric].needs == "probabilities"
    assert compared == ({"b", "c"} if needs_probabilities else {"a", "b", "c"})
    assert ("a gives labels without probabilities, which have no" in found["reason"]) == needs_probabilities


@pytest.mark.parametrize(
    ("only_labels", "words"),
    [
        (["a"], "a gives labels without probabilities, which have no log loss: accuracy, macro F1 and"),
        (["a", "b"], "Only c has a log loss, so there is nothing to compare. a and b give labels without"),
        (["a", "b", "c"], "No candidate has a log loss, so there is nothing to compare. a, b and c give"),
    ],
)
def test_who_cannot_be_compared_is_told(only_labels: list[str], words: str) -> None:
    found = labelled("log_loss", *only_labels)

    assert words in found["reason"]
    assert len(found["comparisons"]) == max(0, 2 - len(only_labels))


@pytest.mark.parametrize(
    ("metric", "best", "margin"),
    [("log_loss", 0.5, 0.005), ("accuracy", 0.9, 0.001), ("roc_auc", 0.75, 0.0025)],
)
def test_the_margin_is_a_share_of_the_error(metric: str, best: float, margin: float) -> None:
    assert 0.01 * options(metric).measured.error_of(best) == pytest.approx(margin)


@pytest.mark.parametrize("flaw", ["3.0", "0.5", "-1.0"])
def test_answers_that_are_no_classes_are_refused(flaw: str) -> None:
    actual = labels(100, 3, 0)
    wrong = candidate("a", actual, 1)
    predicted = np.asarray(wrong.predicted).copy()
    predicted[3] = float(flaw)

    with pytest.raises(ValueError, match=r"none of the 3 classes|no class"):
        verdict(actual, [Candidate("a", predicted), candidate("b", actual, 1)], "accuracy")


def test_a_metric_of_the_other_task_is_refused() -> None:
    with pytest.raises(ValueError, match="'rmse' is unknown; choose one of log_loss, brier, accuracy, roc"):
        options("rmse")
    with pytest.raises(ValueError, match="'log_loss' is unknown; choose one of rmse, mae, r2"):
        VerdictOptions(metric="log_loss")


def compared(*only_labels: str, rows: int = 300) -> Comparison:
    actual = labels(rows, 3, 0)
    skills = {"good": 3.0, "fair": 2.0, "poor": 0.0}
    field = {
        name: candidate(name, actual, skill, seed=place, labels_only=name in only_labels)
        for place, (name, skill) in enumerate(skills.items())
    }
    return compare_run(RunFiles(a_classification(field, actual), RUN), options())


def test_a_run_of_classes_is_compared_by_its_files() -> None:
    found = compared()

    assert [item["name"] for item in found["candidates"]] == ["good", "fair", "poor"]
    assert [item["beats_baseline"] for item in found["candidates"]] == [True, True, False]
    assert found["verdict"]["outcome"] == "winner"
    assert [each["name"] for each in found["classes"]] == NAMES
    metrics = found["candidates"][0]["metrics"]
    assert metrics is not None
    assert list(metrics) == [*METRICS, "calibration_error"]
    assert headline(found) == "Winner: good predicts better than all 2 others."


def test_the_baseline_answers_the_classes_shares_of_the_training_rows() -> None:
    baseline, actual = compared()["baseline"], labels(300, 3, 0)

    assert (baseline["name"], baseline["prediction"]) == ("training class shares", 0)
    assert baseline["shares"] == [0.5, 0.3, 0.2]
    expected = -np.log(np.array([0.5, 0.3, 0.2]))[actual].mean()
    assert baseline["metrics"]["log_loss"] == pytest.approx(expected)
    assert baseline["metrics"]["accuracy"] == pytest.approx(np.mean(actual == 0))
    assert baseline["metrics"]["roc_auc"] == 0.5
    assert baseline["metrics"]["balanced_accuracy"] == pytest.approx(1 / 3)


def test_a_candidate_without_probabilities_comes_last_and_is_told() -> None:
    found = compared("good")

    assert [item["name"] for item in found["candidates"]] == ["fair", "poor", "good"]
    last = found["candidates"][-1]
    assert last["metrics"] is not None
    assert (last["metrics"]["log_loss"], last["beats_baseline"]) == (None, None)
    assert last["metrics"]["accuracy"] > 0.8  # type: ignore[operator]  # it is no None
    assert "good gives labels without probabilities" in found["verdict"]["reason"]


@pytest.mark.parametrize(
    ("only_labels", "rows", "words"),
    [
        ([], 60, "Inconclusive: fewer than 25 test rows of a class."),
        ([], 40, "Inconclusive: 40 test rows, where a verdict takes 50."),
        (["good", "fair"], 300, "Inconclusive: fewer than two candidates have a log loss."),
        (["good", "fair", "poor"], 300, "Inconclusive: fewer than two candidates have a log loss."),
    ],
)
def test_headlines_of_what_is_not_decided(only_labels: list[str], rows: int, words: str) -> None:
    found = compared(*only_labels, rows=rows)

    assert headline(found) == words
    assert len(words) <= MAX_CHARACTERS


def test_the_same_files_give_the_same_comparison() -> None:
    actual = labels(120, 3, 0)
    field = {name: candidate(name, actual, 1, seed=place) for place, name in enumerate("ab")}
    store = a_classification(field, actual)

    judge(WritableRunFiles(store, RUN), options("roc_auc"))

    written = RunFiles(store, RUN).comparison()
    assert written == compare_run(RunFiles(store, RUN), options("roc_auc"))
