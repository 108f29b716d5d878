from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.statistics.metrics import measure

numbers = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))
any_finite = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.tuples(numbers, numbers), min_size=1))
def test_rmse_and_mae_are_numpy_s(pairs: list[tuple[float, float]]) -> None:
    actual, predicted = np.array(pairs).T
    errors = predicted - actual

    found = measure(actual.tolist(), predicted.tolist())

    assert found.rmse == pytest.approx(float(np.sqrt(np.mean(errors**2))), rel=1e-9)
    assert found.mae == pytest.approx(float(np.mean(np.abs(errors))), rel=1e-9)


@given(st.lists(st.tuples(numbers, numbers), min_size=2))
def test_r2_is_numpy_s(pairs: list[tuple[float, float]]) -> None:
    actual, predicted = np.array(pairs).T
    found = measure(actual.tolist(), predicted.tolist()).r2

    if len(set(actual.tolist())) == 1:
        assert found is None
    else:
        expected = 1 - np.sum((predicted - actual) ** 2) / np.sum((actual - actual.mean()) ** 2)
        assert found == pytest.approx(float(expected), rel=1e-6, abs=1e-6)


@given(st.lists(st.tuples(numbers, numbers), min_size=1))
def test_accuracy_is_the_sample_s_over_all_rows_whose_label_is_not_zero(
    pairs: list[tuple[float, float]],
) -> None:
    actual, predicted = np.array(pairs).T
    kept = actual != 0
    found = measure(actual.tolist(), predicted.tolist()).relative_accuracy

    if not kept.any():
        assert found is None
    else:
        shares = 100 * (1 - np.abs((predicted[kept] - actual[kept]) / actual[kept]))
        assert found == pytest.approx(float(np.mean(shares)), rel=1e-6, abs=1e-6)


@given(st.lists(st.tuples(any_finite, any_finite), min_size=1))
def test_metrics_of_any_finite_numbers_are_json_or_refused(pairs: list[tuple[float, float]]) -> None:
    actual, predicted = zip(*pairs, strict=True)
    try:
        found = measure(actual, predicted)
    except OverflowError:
        return
    json.dumps(found.as_dict(), allow_nan=False)


def test_a_perfect_prediction() -> None:
    assert measure([1.0, 2.0, 4.0], [1.0, 2.0, 4.0]).as_dict() == {
        "rmse": 0.0,
        "mae": 0.0,
        "r2": 1.0,
        "relative_accuracy": 100.0,
    }


def test_predicting_the_mean_explains_nothing() -> None:
    assert measure([1.0, 3.0], [2.0, 2.0]).r2 == 0.0


@pytest.mark.parametrize("predicted", [1e200, -1e200, 1e308, -1e308])
def test_predictions_beyond_measure_are_refused(predicted: float) -> None:
    with pytest.raises(OverflowError):
        measure([1.0, 1e308], [predicted, predicted])


def test_labels_that_differ_by_next_to_nothing_have_no_r2() -> None:
    assert measure([0.0, 1e-160], [1.0, 1.0]).r2 is None


def test_a_label_that_is_zero_but_for_rounding_has_no_accuracy() -> None:
    assert measure([5e-324], [1.0]).relative_accuracy is None


def test_nothing_to_measure_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one prediction"):
        measure([], [])


def test_rows_without_a_prediction_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        measure([1.0, 2.0], [1.0])
