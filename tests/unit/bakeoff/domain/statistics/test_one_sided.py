from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff.domain.statistics.bootstrap import paired_bootstrap
from bakeoff.domain.statistics.delta_method import moments
from bakeoff.domain.statistics.metrics import measure
from bakeoff.domain.statistics.one_sided import Improvement, improvements
from bakeoff.domain.statistics.registry import METRICS_OF
from bakeoff.domain.statistics.resampling import Array
from tests.unit.bakeoff.domain.statistics.test_bootstrap import METRICS, data, value


def improved(
    metric: str, actual: Array, predicted: Array, reference: Array, margin: float = 0.0, **options: Any
) -> list[Improvement]:
    return improvements(
        moments(metric, actual, predicted, reference),
        lower_is_better=METRICS_OF["regression"][metric].lower_is_better,
        margin=margin,
        **{"resamples": 400, "seed": 1, **options},
    )


@pytest.mark.parametrize("metric", METRICS)
@given(seed=st.integers(0, 1000))
@settings(max_examples=15)
def test_an_improvement_is_that_of_the_measured_metrics_whichever_way_is_better(
    metric: str, seed: int
) -> None:
    actual, predicted, reference = data(seed=seed)

    for place, found in enumerate(improved(metric, actual, predicted, reference)):
        gain = value(metric, actual, predicted[:, place]) - value(metric, actual, reference)
        sign = -1 if METRICS_OF["regression"][metric].lower_is_better else 1
        assert found.improvement == pytest.approx(sign * gain, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("metric", METRICS)
@given(seed=st.integers(0, 1000))
@settings(max_examples=15)
def test_who_is_worse_has_no_claim_and_who_is_better_about_half_the_two_sided_p_value(
    metric: str, seed: int
) -> None:
    actual, predicted, reference = data(seed=seed, candidates=1)
    [found] = improved(metric, actual, predicted, reference)
    [paired] = paired_bootstrap(metric, actual, predicted, reference, confidence=0.95, resamples=400, seed=1)

    if found.improvement <= 0:
        assert found.p_value > 0.25
    else:
        # Of the draws that are as far away, those to one side only.
        assert found.p_value <= paired.p_value


@pytest.mark.parametrize("metric", METRICS)
@given(seed=st.integers(0, 1000), margins=st.tuples(st.floats(0, 1), st.floats(0, 1)))
@settings(max_examples=15)
def test_a_wider_margin_never_makes_a_claim_easier(
    metric: str, seed: int, margins: tuple[float, float]
) -> None:
    sample = data(seed=seed)
    narrow, wide = (improved(metric, *sample, margin=margin) for margin in sorted(margins))

    assert all(one.p_value <= other.p_value for one, other in zip(narrow, wide, strict=True))


@pytest.mark.parametrize("metric", METRICS)
def test_nothing_is_claimed_of_the_same_predictions(metric: str) -> None:
    actual, _, reference = data()

    assert improved(metric, actual, reference[:, None], reference) == [Improvement(0.0, 1.0)]


def test_a_gain_that_is_the_same_on_every_row_is_certain_beyond_the_margin_only() -> None:
    actual = np.arange(1.0, 65.0)
    predicted, reference = actual[:, None] + 1.0, actual + 2.0

    [beyond] = improved("mae", actual, predicted, reference, margin=0.5)
    [at] = improved("mae", actual, predicted, reference, margin=1.0)

    assert (beyond.p_value, at.p_value) == (1 / 401, 1.0)


@given(seed=st.integers(0, 1000), elements=st.sampled_from([1, 100, 1000]))
@settings(max_examples=15)
def test_chunks_and_repetition_change_nothing(seed: int, elements: int) -> None:
    sample = data(seed=seed)

    assert improved("rmse", *sample, chunk_elements=elements) == improved("rmse", *sample)


def test_resamples_that_leave_the_metric_undefined_speak_against_a_claim() -> None:
    # R² has no value where all labels drawn are equal, as of two rows they often are.
    actual = np.array([1.0, 2.0])
    predicted, reference = np.array([[1.0], [2.0]]), np.array([1.5, 1.4])
    assert measure(actual.tolist(), reference.tolist()).r2 is not None

    [found] = improved("r2", actual, predicted, reference)

    assert found.p_value > 0.4
