from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff.domain.statistics.bootstrap import PairedDifference, paired_bootstrap
from bakeoff.domain.statistics.claim import Claim
from bakeoff.domain.statistics.metrics import measure
from bakeoff.domain.statistics.resampling import Array, draw_counts

METRICS = ("rmse", "mae", "r2", "relative_accuracy")
FACTORS = st.integers(-20, 20).map(lambda exponent: 2.0**exponent)


def bootstrap(
    metric: str,
    actual: Array,
    predicted: Array,
    reference: Array,
    confidence: float = 0.95,
    resamples: int = 400,
    **options: Any,
) -> list[PairedDifference]:
    return paired_bootstrap(
        metric,
        actual,
        predicted,
        reference,
        confidence=confidence,
        resamples=resamples,
        **{"seed": 1, **options},
    )


def data(rows: int = 80, seed: int = 0, candidates: int = 2, unit: float = 1.0) -> tuple[Array, Array, Array]:
    """Skewed labels, one of them 0, with the predictions of some candidates and of a reference."""
    draw = np.random.default_rng(seed)
    actual = draw.gamma(3, 3, rows)
    actual[0] = 0.0
    shared = actual + draw.normal(0, 1, rows)
    noise = draw.normal(0, 0.5, (rows, candidates + 1))
    return unit * actual, unit * (shared[:, None] + noise[:, 1:]), unit * (shared + noise[:, 0])


def value(metric: str, actual: Array, predicted: Array) -> float:
    return float(getattr(measure(actual.tolist(), predicted.tolist()), metric))


@pytest.mark.parametrize("metric", METRICS)
@given(seed=st.integers(0, 1000))
@settings(max_examples=20)
def test_differences_are_those_of_the_measured_metrics(metric: str, seed: int) -> None:
    actual, predicted, reference = data(seed=seed)

    found = bootstrap(metric, actual, predicted, reference)

    base = value(metric, actual, reference)
    expected = [value(metric, actual, column) - base for column in predicted.T]
    assert [item.difference for item in found] == pytest.approx(expected, rel=1e-9, abs=1e-11)


@pytest.mark.parametrize("metric", METRICS)
def test_intervals_and_p_values_are_those_of_resampling_the_rows_themselves(metric: str) -> None:
    # Given the resamples spelled out as rows, and the metric measured on each, with the standard error of the
    # jackknife
    actual, predicted, reference = data(rows=30, candidates=1)
    if metric == "relative_accuracy":
        actual, predicted, reference = actual[1:], predicted[1:], reference[1:]

    def difference(drawn: Array) -> float:
        rows = drawn.astype(int)
        own, base = (value(metric, actual[rows], each[rows]) for each in (predicted[:, 0], reference))
        return own - base

    def jackknife(drawn: Array) -> float:
        left_out = [difference(np.delete(drawn, place)) for place in range(len(drawn))]
        return float(np.std(left_out) * np.sqrt(len(drawn)))

    whole = np.arange(len(actual), dtype=float)
    centre, error = difference(whole), jackknife(whole)
    counts = np.concatenate(list(draw_counts(len(actual), 100, seed=1)))
    resampled = [np.repeat(whole, row.astype(int)) for row in counts]
    studentised = np.sort(
        [abs(difference(drawn) - centre) / max(jackknife(drawn), 0.75 * error) for drawn in resampled]
    )

    # When the bootstrap judges the same resamples
    [found] = bootstrap(metric, actual, predicted, reference, resamples=100)

    # Then it finds the same, as far as the jackknife and the delta method agree on so few rows
    assert found.standard_error == pytest.approx(error, rel=0.1)
    assert found.half_width == pytest.approx(studentised[95] * error, rel=0.1)
    assert found.p_value == pytest.approx((1 + np.sum(studentised >= abs(centre) / error)) / 101, abs=0.04)


@pytest.mark.parametrize("metric", METRICS)
@given(seed=st.integers(0, 200), confidence=st.floats(0.5, 0.99), shift=st.floats(0, 1))
@settings(max_examples=30)
def test_the_interval_excludes_nothing_but_what_the_p_value_rejects(
    metric: str, seed: int, confidence: float, shift: float
) -> None:
    actual, predicted, reference = data(seed=seed, rows=30)

    for found in bootstrap(metric, actual, predicted + shift, reference, confidence):
        assert (abs(found.difference) > found.half_width) == (found.p_value <= 1 - confidence)


@pytest.mark.parametrize("metric", METRICS)
@given(seed=st.integers(0, 200), share=st.floats(0, 1.5), inflation=st.floats(1, 3))
@settings(max_examples=30)
def test_a_claim_holds_if_and_only_if_the_inflated_interval_lies_beyond_its_margin(
    metric: str, seed: int, share: float, inflation: float
) -> None:
    actual, predicted, reference = data(seed=seed, rows=30)
    margin = share * abs(bootstrap(metric, actual, predicted + 0.5, reference)[0].difference)

    found = bootstrap(metric, actual, predicted + 0.5, reference, claim=Claim(margin, inflation))

    for item in found:
        assert item.claim_p_value >= item.p_value
        beyond = abs(item.difference) - inflation * item.half_width > margin
        assert beyond == (item.claim_p_value <= 0.05)


def test_a_claim_of_nothing_more_is_the_test_of_the_models_themselves() -> None:
    for item in bootstrap("rmse", *data()):
        assert item.claim_p_value == item.p_value


def test_a_certain_difference_is_no_claim_within_the_margin() -> None:
    actual = np.arange(60.0)
    pair = actual[:, None] + 3, actual + 1

    [small] = bootstrap("mae", actual, *pair, claim=Claim(margin=2.0))
    [large] = bootstrap("mae", actual, *pair, resamples=999, claim=Claim(margin=1.9, inflation=2.0))

    assert (small.claim_p_value, large.claim_p_value) == (1.0, 0.001)


@pytest.mark.parametrize("metric", METRICS)
def test_chunks_make_no_difference(metric: str) -> None:
    whole = bootstrap(metric, *data(rows=101))

    assert bootstrap(metric, *data(rows=101), chunk_elements=1) == whole
    assert bootstrap(metric, *data(rows=101), chunk_elements=1234) == whole


def test_threads_make_no_difference() -> None:
    script = (
        "import numpy as np; from bakeoff.domain.statistics.bootstrap import paired_bootstrap as judge;"
        "draw = np.random.default_rng(0); y = draw.gamma(3, 3, 3001);"
        "p = y[:, None] + draw.normal(size=(3001, 9));"
        "print(judge('rmse', y, p[:, 1:], p[:, 0], confidence=0.95, resamples=200, seed=1))"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OPENBLAS_NUM_THREADS": threads},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for threads in ("1", "2")
    }
    assert len(printed) == 1


@pytest.mark.parametrize("metric", METRICS)
def test_each_candidate_is_judged_as_if_it_were_alone(metric: str) -> None:
    actual, predicted, reference = data(candidates=3)

    together = bootstrap(metric, actual, predicted, reference)

    alone = [bootstrap(metric, actual, column[:, None], reference)[0] for column in predicted.T]
    for found, expected in zip(together, alone, strict=True):
        assert found.p_value == expected.p_value
        assert found.half_width == pytest.approx(expected.half_width, rel=1e-9)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("size", [1e30, 1e85, 1e153])
def test_a_candidate_that_diverged_hides_nothing_of_the_others(metric: str, size: float) -> None:
    actual, predicted, reference = data(candidates=3)
    alone = bootstrap(metric, actual, predicted[:, :2], reference)
    predicted[:, 2] *= size

    *others, diverged = bootstrap(metric, actual, predicted, reference)

    assert others == alone
    assert 0 < diverged.standard_error < abs(diverged.difference)


@pytest.mark.parametrize("metric", METRICS)
@given(factor=FACTORS, seed=st.integers(0, 50))
@settings(max_examples=20)
def test_another_unit_of_the_label_changes_differences_in_that_unit_only(
    metric: str, factor: float, seed: int
) -> None:
    # Powers of two round nothing, so that the p-values must be equal to the last digit.
    before = bootstrap(metric, *data(seed=seed, rows=30))
    after = bootstrap(metric, *data(seed=seed, rows=30, unit=factor))

    unit = factor if metric in ("rmse", "mae") else 1.0
    assert after == [
        replace(
            item,
            difference=unit * item.difference,
            standard_error=unit * item.standard_error,
            half_width=unit * item.half_width,
        )
        for item in before
    ]


@pytest.mark.parametrize("metric", METRICS)
@given(factor=st.floats(1e-100, 1e100), seed=st.integers(0, 50))
@settings(max_examples=20)
def test_any_other_unit_keeps_the_p_values_but_for_rounding(metric: str, factor: float, seed: int) -> None:
    before = bootstrap(metric, *data(seed=seed, rows=30))
    after = bootstrap(metric, *data(seed=seed, rows=30, unit=factor))

    assert [item.p_value for item in after] == pytest.approx([item.p_value for item in before], abs=0.01)


@given(st.randoms(use_true_random=False), st.sampled_from(METRICS))
@settings(max_examples=20)
def test_the_order_of_the_rows_changes_neither_difference_nor_standard_error(
    random: Any, metric: str
) -> None:
    actual, predicted, reference = data()
    order = list(range(len(actual)))
    random.shuffle(order)

    before = bootstrap(metric, actual, predicted, reference)
    after = bootstrap(metric, actual[order], predicted[order], reference[order])

    for one, other in zip(before, after, strict=True):
        assert (one.difference, one.standard_error) == (other.difference, other.standard_error)


@pytest.mark.parametrize("metric", METRICS)
def test_exchanging_the_two_turns_the_sign(metric: str) -> None:
    actual, predicted, reference = data(candidates=1)

    [one] = bootstrap(metric, actual, predicted, reference)
    [other] = bootstrap(metric, actual, reference[:, None], predicted[:, 0])

    assert other.difference == pytest.approx(-one.difference, rel=1e-9)
    assert other.half_width == pytest.approx(one.half_width, rel=1e-9)
    assert other.p_value == pytest.approx(one.p_value, abs=0.01)


@pytest.mark.parametrize("metric", METRICS)
def test_identical_predictions_do_not_differ(metric: str) -> None:
    actual, predicted, _ = data()

    found = bootstrap(metric, actual, predicted[:, :1], predicted[:, 0])

    assert found == [PairedDifference(0.0, 0.0, 0.0, 1.0, 1.0)]


def test_a_difference_that_is_the_same_in_every_row_is_certain() -> None:
    actual = np.arange(60.0)

    [found] = bootstrap("mae", actual, actual[:, None] + 3, actual + 1, resamples=999)

    assert found == PairedDifference(2.0, 0.0, 0.0, 0.001, 0.001)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("rows", [1, 2])
def test_a_difference_in_one_or_two_rows_proves_nothing(metric: str, rows: int) -> None:
    actual, _, reference = data()
    predicted = reference.copy()
    predicted[5 : 5 + rows] += 10

    [found] = bootstrap(metric, actual, predicted[:, None], reference)

    assert found.p_value > 0.05
    assert 0 < abs(found.difference) < found.half_width < 10 * abs(found.difference)


def test_one_outlier_does_not_hide_a_difference_that_all_other_rows_show() -> None:
    # As in Abalone, where least squares is far off on the one row whose height was mistyped.
    draw = np.random.default_rng(3)
    actual = draw.normal(0, 3.3, 626)
    reference = actual + draw.normal(0, 2.2, 626)
    reference[0] = actual[0] + 25

    [found] = bootstrap("rmse", actual, np.zeros((626, 1)), reference, resamples=2000)

    assert found.p_value < 0.05


@pytest.mark.parametrize("metric", METRICS)
def test_a_perfect_reference_can_be_compared_with(metric: str) -> None:
    actual, predicted, _ = data()

    for found in bootstrap(metric, actual, predicted, actual, resamples=999):
        assert found.p_value <= 0.005
        assert 0 < found.half_width < abs(found.difference)


def test_resamples_without_spread_of_the_labels_count_as_extreme() -> None:
    # One row of 12 has another label: about a third of the resamples miss it and leave R2 undefined.
    actual = np.array([1.0] * 11 + [2.0])
    draw = np.random.default_rng(0)
    [found] = bootstrap("r2", actual, draw.normal(0, 1, (12, 1)), np.full(12, 1.1))

    assert found.p_value > 0.3
    assert np.isinf(found.half_width)


@pytest.mark.parametrize("scale", [1e-150, 1e150])
@pytest.mark.parametrize("metric", METRICS)
def test_labels_of_any_size_are_judged_alike(metric: str, scale: float) -> None:
    found = bootstrap(metric, *data(unit=scale))
    expected = bootstrap(metric, *data())

    assert [item.p_value for item in found] == pytest.approx([item.p_value for item in expected], abs=0.01)


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(ValueError, match="'mape' is unknown; choose one of rmse, mae, r2, relative_accuracy"):
        bootstrap("mape", *data())


@pytest.mark.parametrize(("confidence", "resamples"), [(0.95, 18), (1.0, 400), (0.0, 400)])
def test_too_few_resamples_for_the_confidence_are_refused(confidence: float, resamples: int) -> None:
    with pytest.raises(ValueError, match="cannot be judged"):
        bootstrap("rmse", *data(), confidence=confidence, resamples=resamples)


def test_as_few_resamples_as_the_confidence_allows() -> None:
    assert bootstrap("rmse", *data(), resamples=19)[0].p_value >= 0.05
