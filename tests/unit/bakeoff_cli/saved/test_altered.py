from __future__ import annotations

from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bakeoff.domain.statistics.metrics import measure
from bakeoff_cli.saved.altered.predictions import changed_row


def rows(seed: int, count: int = 50) -> tuple[list[float], list[float]]:
    random = Random(seed)
    actual = [random.gammavariate(9, 1) for _ in range(count)]
    return actual, [truth + random.gauss(0, 1) for truth in actual]


@given(st.integers(0, 10_000), st.integers(0, 49), st.floats(-1e6, 1e6))
def test_the_one_row_that_was_changed_is_found(seed: int, place: int, value: float) -> None:
    actual, predicted = rows(seed)
    before = measure(actual, predicted).as_dict()
    error = abs(predicted[place] - actual[place])
    predicted[place] = value
    assume(abs(abs(value - actual[place]) - error) > 1e-4)

    found = changed_row(actual, predicted, before)

    assert found and found.position == place
    assert found.error == pytest.approx(error, abs=1e-3)


@given(st.integers(0, 10_000))
def test_of_two_changed_rows_none_is_blamed(seed: int) -> None:
    actual, predicted = rows(seed)
    before = measure(actual, predicted).as_dict()
    predicted[3] += 1
    predicted[4] -= 0.3

    assert changed_row(actual, predicted, before) is None


def test_of_rows_with_the_same_error_the_label_tells_which_was_changed() -> None:
    actual, predicted = [1.0, 2.0, 4.0, 8.0], [1.5, 2.5, 4.5, 8.5]
    before = measure(actual, [1.5, 2.5, 4.25, 8.5]).as_dict()

    found = changed_row(actual, predicted, before)
    assert found and found.position == 2 and found.error == pytest.approx(0.25)
    assert changed_row(actual, predicted, {**before, "relative_accuracy": None}) is None
    assert changed_row([2.0] * 4, [2.5] * 4, measure([2.0] * 4, [2.5, 2.5, 2.25, 2.5]).as_dict()) is None


def test_where_nothing_was_changed_nothing_is_found() -> None:
    actual, predicted = rows(1)

    assert changed_row(actual, predicted, measure(actual, predicted).as_dict()) is None
