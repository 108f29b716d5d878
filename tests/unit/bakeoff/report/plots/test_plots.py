from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff.report.plots.bins import quantile_bins
from bakeoff.report.plots.ranges import draw_ranges, error_by_range
from bakeoff.report.plots.scatter import (
    MAX_POINTS,
    draw_agreement,
    draw_residuals,
    shared_axes,
    thinned,
)
from bakeoff.report.predictions import DETAILED, Predicted, detailed

labels = st.lists(st.floats(-1e150, 1e150), min_size=1, max_size=60)


def predicted(name: str, actual: list[float], values: list[float]) -> Predicted:
    return Predicted(name, np.array(actual), np.array(values))


@given(labels, st.integers(2, 10))
def test_bins_share_out_every_row_and_keep_equal_values_together(values: list[float], count: int) -> None:
    bins = quantile_bins(np.array(values), count)

    assert sorted(np.concatenate(bins).tolist()) == list(range(len(values)))
    assert 1 <= len(bins) <= count
    highest = [max(values[row] for row in rows) for rows in bins]
    lowest = [min(values[row] for row in rows) for rows in bins]
    assert all(high < low for high, low in zip(highest, lowest[1:], strict=False))


def test_distinct_values_fall_into_bins_of_the_same_size() -> None:
    assert [len(rows) for rows in quantile_bins(np.arange(100.0), 5)] == [20] * 5


def test_errors_by_range_are_means_over_the_rows_of_the_range() -> None:
    item = predicted("a", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [2, 2, 3, 4, 5, 6, 7, 8, 9, 13])

    ranges = error_by_range([item], "mean", 5.5)

    assert ranges.labels == ["1 to 2", "3 to 4", "5 to 6", "7 to 8", "9 to 10"]
    assert ranges.rows == [2] * 5
    assert ranges.errors == [("a", [0.5, 0, 0, 0, 1.5]), ("mean", [4, 2, 0.5, 2, 4])]


def test_a_plot_of_ranges_says_its_numbers() -> None:
    item = predicted("a", [1, 1, 4], [2, 1, 4])
    svg = ElementTree.fromstring(draw_ranges(error_by_range([item], "mean", 2.0)))

    assert svg.get("aria-label") == "Mean absolute error by label range (1, 4): a 0.500, 0; mean 1, 2."


def test_long_range_labels_break() -> None:
    actual = [place + 0.1234 for place in range(20)]
    svg = draw_ranges(error_by_range([predicted("a", actual, actual)], "mean", 1.0))

    assert ">0.123<" in svg and ">to 3.12<" in svg


def test_scatter_plots_say_how_far_off_the_predictions_are() -> None:
    item = predicted("a", [1.0, 2.0, 3.0, 4.0], [1.5, 2.5, 2.5, 3.5])
    limits = shared_axes([item])

    agreement, residuals = draw_agreement(item, 1, limits), draw_residuals(item, 1, limits)

    assert (
        'aria-label="Predicted against actual of a, 4 rows: half of the predictions are within 0.500'
        in agreement
    )
    assert "off by 0 on average, from -0.500 to +0.500." in residuals
    assert agreement.count("<use") - 4 >= 4


def test_big_plots_are_thinned_evenly_and_always_to_the_same_rows() -> None:
    rows = thinned(np.arange(100_000.0))

    assert len(rows) == MAX_POINTS and rows[0] == 0 and rows[-1] == 99_999
    assert set(np.diff(rows)) <= {66, 67}
    assert np.array_equal(rows, thinned(np.arange(100_000.0)))
    assert np.array_equal(thinned(np.arange(7.0)), np.arange(7.0))


def test_candidates_share_their_axes() -> None:
    limits = shared_axes([predicted("a", [0, 10], [0, 10]), predicted("b", [0, 10], [5, 30])])

    assert limits.actual == (-0.4, 10.4)
    assert limits.predicted == (-1.2, 31.2)
    assert limits.error == pytest.approx((-0.8, 20.8))


@settings(max_examples=15, deadline=None)
@given(labels, st.floats(-1e300, 1e300))
def test_any_finite_labels_can_be_drawn(actual: list[float], prediction: float) -> None:
    candidates: Any = [{"name": "a"}]
    (item,) = detailed(candidates, {"a": (actual, [prediction] * len(actual))})
    limits = shared_axes([item])

    for svg in (
        draw_agreement(item, 1, limits),
        draw_residuals(item, 1, limits),
        draw_ranges(error_by_range([item], "mean", 1.0)),
    ):
        assert not re.search(r"nan|inf\b", svg)


def test_the_best_few_with_predictions_are_detailed() -> None:
    names: Any = [{"name": f"c{place}"} for place in range(10)]
    predictions = {f"c{place}": ([1.0], [2.0]) for place in range(1, 10)} | {"c2": ([], [])}

    shown = detailed(names, predictions)

    assert [item.name for item in shown] == ["c1", "c3", "c4", "c5", "c6", "c7"]
    assert len(shown) == DETAILED and shown[0].errors.tolist() == [1.0]
