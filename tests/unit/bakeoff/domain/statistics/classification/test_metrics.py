from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    brier_score_loss,
    confusion_matrix,
    f1_score,
    log_loss,
    roc_auc_score,
)

from bakeoff.domain.statistics.classification.answers import Answers, confusion
from bakeoff.domain.statistics.classification.calibration import Bin, calibration_error, reliability
from bakeoff.domain.statistics.classification.contributions import contributions
from bakeoff.domain.statistics.classification.influences import LEAST_PROBABILITY
from bakeoff.domain.statistics.classification.metrics import measure_classes
from bakeoff.domain.statistics.registry import METRICS_OF
from bakeoff.domain.statistics.resampling import Array
from tests.unit.bakeoff.domain.statistics.classification.answered import answers, labels, of

METRICS = tuple(METRICS_OF["classification"])
CLASSES = st.integers(2, 5)


def row(*probabilities: float) -> Array:
    return np.array([probabilities])


@given(CLASSES, st.integers(0, 500), st.floats(0, 3))
@settings(max_examples=40, deadline=None)
def test_metrics_are_those_of_scikit_learn(classes: int, seed: int, skill: float) -> None:
    actual = labels(60, classes, seed)
    found = answers(actual, classes, seed, skill)
    probabilities = found.probabilities
    assert probabilities is not None
    positive = probabilities[:, 1] if classes == 2 else probabilities

    assert measure_classes(found) == pytest.approx(
        {
            "log_loss": log_loss(actual, probabilities),
            "brier": brier_score_loss(actual, positive),
            "accuracy": accuracy_score(actual, found.predicted),
            "roc_auc": roc_auc_score(actual, positive, multi_class="ovr"),
            "macro_f1": f1_score(actual, found.predicted, average="macro"),
            "balanced_accuracy": balanced_accuracy_score(actual, found.predicted),
            "calibration_error": calibration_error(found),
        },
        rel=1e-9,
    )
    assert confusion(found).tolist() == confusion_matrix(actual, found.predicted).tolist()


@pytest.mark.parametrize("metric", METRICS)
@given(CLASSES, st.integers(0, 500))
@settings(max_examples=20, deadline=None)
def test_what_rows_contribute_has_the_metric_as_its_mean(metric: str, classes: int, seed: int) -> None:
    found = contributions(metric, answers(labels(50, classes, seed), classes, seed))

    assert found is not None
    assert np.mean(found.rows) == pytest.approx(found.value, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("metric", ["roc_auc", "macro_f1", "balanced_accuracy"])
@given(CLASSES, st.integers(0, 500))
@settings(max_examples=20, deadline=None)
def test_influences_are_what_one_more_copy_of_a_row_does(metric: str, classes: int, seed: int) -> None:
    # Given a thousand copies of each row, one more is a small step
    actual = labels(20, classes, seed)
    given_once = answers(actual, classes, seed)
    found = contributions(metric, given_once)
    assert found is not None

    for place in (0, 7, 19):
        weights = np.full(20, 1000)
        weights[place] += 1
        rows = np.repeat(np.arange(20), weights)
        more = contributions(metric, _select(given_once, rows))
        assert more is not None
        step = (more.value - found.value) * len(rows)
        assert step == pytest.approx(found.rows[place] - found.value, abs=5e-3)


def _select(found: Answers, rows: NDArray[np.int64]) -> Answers:
    assert found.probabilities is not None
    return Answers(found.actual[rows], found.predicted[rows], found.probabilities[rows], found.classes)


@pytest.mark.parametrize("metric", METRICS)
def test_flawless_answers_have_no_error(metric: str) -> None:
    actual = labels(30, 3, 0)
    found = contributions(metric, of(actual, np.eye(3)[actual]))

    assert found is not None
    assert METRICS_OF["classification"][metric].error_of(found.value) == 0.0


def test_a_class_that_is_called_impossible_costs_as_much_as_single_precision_can_tell() -> None:
    wrong = measure_classes(of(np.array([0]), row(0.0, 1.0)))["log_loss"]
    nearly = measure_classes(of(np.array([0]), row(2.0**-24, 1 - 2.0**-24)))["log_loss"]

    assert wrong == nearly == -math.log(LEAST_PROBABILITY) == pytest.approx(16.6355, rel=1e-5)


def test_two_classes_have_the_brier_score_of_the_second_one_s_probability() -> None:
    assert measure_classes(of(np.array([1]), row(0.8, 0.2)))["brier"] == pytest.approx(0.64)
    assert measure_classes(of(np.array([1]), row(0.8, 0.2, 0.0)))["brier"] == pytest.approx(1.28)


def test_a_class_without_rows_is_left_out_of_the_means() -> None:
    # Given three classes, of which the rows have two, and an answer that names the third
    actual = np.array([0, 0, 1, 1])
    given = Answers(actual, np.array([0, 2, 1, 1]), None, 3)

    found = measure_classes(given)

    assert found["balanced_accuracy"] == pytest.approx((0.5 + 1) / 2)
    assert found["macro_f1"] == pytest.approx((2 / 3 + 1) / 2)


def test_labels_alone_have_no_metric_of_probabilities() -> None:
    actual = labels(30, 3, 0)

    found = measure_classes(Answers(actual, actual, None, 3))

    assert [key for key, value in found.items() if value is None] == [
        "log_loss",
        "brier",
        "roc_auc",
        "calibration_error",
    ]


def test_rows_of_one_class_have_no_roc_auc() -> None:
    actual = np.zeros(5, dtype=np.int64)
    assert measure_classes(answers(actual, 2, 0))["roc_auc"] is None


def test_equal_probabilities_are_as_good_as_guessing() -> None:
    actual = labels(40, 4, 0)
    found = measure_classes(of(actual, np.full((40, 4), 0.25)))

    assert found["roc_auc"] == 0.5
    assert found["log_loss"] == pytest.approx(math.log(4))


def test_reliability_of_two_classes_sets_the_second_ones_probability_beside_its_share() -> None:
    actual = np.array([0, 0, 1, 1])
    given = of(actual, np.array([[0.9, 0.1], [0.96, 0.04], [0.95, 0.05], [0.35, 0.65]]))

    least, middle, most = reliability(given) or []
    assert (least.rows, least.predicted, least.observed) == pytest.approx((2, 0.045, 0.5))
    assert middle == Bin(1, 0.1, 0.0)
    assert most == Bin(1, 0.65, 1.0)
    assert calibration_error(given) == pytest.approx((2 * 0.455 + 0.1 + 0.35) / 4)


def test_reliability_of_more_classes_sets_the_answers_probability_beside_what_was_right() -> None:
    actual = np.array([0, 1, 2])
    given = of(actual, np.array([[0.9, 0.1, 0.0], [0.95, 0.05, 0.0], [0.35, 0.0, 0.65]]))

    least, most = reliability(given) or []
    assert least == Bin(1, 0.65, 1.0)
    assert (most.rows, most.predicted, most.observed) == pytest.approx((2, 1.85 / 2, 1 / 2))
    assert calibration_error(given) == pytest.approx((0.35 + 0.85) / 3)
    assert reliability(of(actual, np.eye(3)[actual])) == [Bin(3, 1.0, 1.0)]


def test_errors_of_two_classes_do_not_cancel_out_in_the_calibration_error() -> None:
    # Of 20 answers with 0.7 all of the second class are right, and 0.4 of the first: 0.7 in the mean
    actual = np.array([1] * 10 + [0] * 4 + [1] * 6)
    given = of(actual, np.array([[0.3, 0.7]] * 10 + [[0.7, 0.3]] * 10))

    assert calibration_error(given) == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("predicted", "probabilities", "flaw"),
    [
        ([0, 1], None, "2 answers do not fit 3 labels"),
        ([0, 1, 3], None, "an answer is none of the 3 classes"),
        ([0, 1, -1], None, "an answer is none of the 3 classes"),
        ([0, 1, 2], [[0.5, 0.5]] * 3, r"probabilities of shape \(3, 2\) do not fit \(3, 3\)"),
        ([0, 1, 2], [[0.5, 0.4, 0.0]] * 3, "do not sum to 1"),
        ([0, 1, 2], [[1.5, -0.5, 0.0]] * 3, "not between 0 and 1"),
        ([0, 1, 2], [[math.nan, 0.5, 0.5]] * 3, "not between 0 and 1"),
    ],
)
def test_what_are_no_answers_is_refused(
    predicted: list[int], probabilities: list[list[float]] | None, flaw: str
) -> None:
    given = None if probabilities is None else np.array(probabilities)
    with pytest.raises(ValueError, match=flaw):
        Answers(np.array([0, 1, 2]), np.array(predicted), given, 3)


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(ValueError, match="'rmse' is unknown; choose one of log_loss, brier, roc_auc, acc"):
        contributions("rmse", answers(labels(30, 2, 0), 2, 0))
