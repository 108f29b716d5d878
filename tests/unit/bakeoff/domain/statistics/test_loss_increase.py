from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bakeoff.domain.statistics.clusters import Clusters
from bakeoff.domain.statistics.delta_method import moments
from bakeoff.domain.statistics.loss_increase import LEAST_CLUSTERS, loss_increase, t_quantile
from bakeoff.domain.statistics.metrics import measure

METRICS = ("rmse", "mae", "r2", "relative_accuracy")
# The sign that makes a worse metric positive.
WORSE = {"rmse": 1, "mae": 1, "r2": -1, "relative_accuracy": -1}


def drawn(seed: int, rows: int = 60) -> tuple[list[float], list[float], list[float]]:
    random = np.random.default_rng(seed)
    actual = random.normal(10, 3, rows)
    own, worse = actual + random.normal(0, 1, rows), actual + random.normal(0, 2, rows)
    return actual.tolist(), own.tolist(), worse.tolist()


@pytest.mark.parametrize("metric", METRICS)
@given(seed=st.integers(0, 10_000))
def test_the_increase_is_the_difference_of_the_metrics(metric: str, seed: int) -> None:
    actual, own, worse = drawn(seed)

    found = loss_increase(metric, actual, own, [worse], range(60), 0.95)

    before, after = measure(actual, own).as_dict()[metric], measure(actual, worse).as_dict()[metric]
    assert found and before is not None and after is not None
    assert found.increase == pytest.approx(WORSE[metric] * (after - before))


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("clustered", [False, True])
def test_the_standard_error_is_that_of_the_verdicts_delta_method(metric: str, clustered: bool) -> None:
    actual, own, worse = drawn(1)
    labels = [row // 3 for row in range(60)] if clustered else list(range(60))

    found = loss_increase(metric, actual, own, [worse], labels, 0.95)

    rows, groups = np.array(actual), Clusters.of(labels, 60)
    sample = moments(metric, rows, np.array(worse)[:, None], np.array(own), groups)
    _, errors = sample.differences(np.ones((1, sample.clusters)))
    count = len(groups)
    expected = float(errors[0, 0] * abs(sample.units[0])) * math.sqrt(count / (count - 1))
    # Of clustered labels, the verdict's squares are those of the clusters' means.
    precision = 0.01 if clustered and metric == "r2" else 1e-6
    assert found and found.half_width
    assert found.half_width / t_quantile(0.975, count - 1) == pytest.approx(expected, rel=precision)


@pytest.mark.parametrize("metric", METRICS)
def test_copies_of_every_row_say_no_more_than_the_rows(metric: str) -> None:
    actual, own, worse = drawn(2)

    once = loss_increase(metric, actual, own, [worse], range(60), 0.95)
    twice = loss_increase(metric, actual * 2, own * 2, [worse * 2], [*range(60), *range(60)], 0.95)

    assert once and twice
    assert twice.increase == pytest.approx(once.increase)
    assert twice.half_width == pytest.approx(once.half_width)


def test_repetitions_are_averaged_row_by_row() -> None:
    found = loss_increase("mae", [0] * 8, [1] * 8, [[1] * 8, [3] * 8], range(8), 0.95)

    assert found and (found.increase, found.half_width) == (1, 0)


@pytest.mark.parametrize("metric", METRICS)
def test_the_same_predictions_are_no_worse(metric: str) -> None:
    actual, own, _ = drawn(3)

    found = loss_increase(metric, actual, own, [own, own], range(60), 0.95)

    assert found and (found.increase, found.half_width) == (0, 0)


def test_flawless_predictions_can_become_worse() -> None:
    actual = [float(row) for row in range(10)]

    found = loss_increase("rmse", actual, actual, [[label + 2 for label in actual]], range(10), 0.95)

    assert found and found.increase == 2


@pytest.mark.parametrize(
    ("metric", "actual", "worse"),
    [("r2", [7.0] * 8, 1.0), ("relative_accuracy", [0.0] * 8, 1.0), ("rmse", [1.0] * 8, 1e200)],
)
def test_what_is_undefined_or_beyond_measure_has_no_increase(
    metric: str, actual: list[float], worse: float
) -> None:
    assert loss_increase(metric, actual, [1.0] * 8, [[worse] * 8], range(8), 0.95) is None


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(ValueError, match="'f1' has no loss here"):
        loss_increase("f1", [1.0], [1.0], [[1.0]], [0], 0.95)


def test_too_few_clusters_have_no_interval() -> None:
    actual, own, worse = drawn(4)
    few = [row % (LEAST_CLUSTERS - 1) for row in range(60)]

    found = loss_increase("rmse", actual, own, [worse], few, 0.95)

    assert found and found.half_width is None


@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.95, 0.99, 0.999])
@pytest.mark.parametrize("freedom", [5, 6, 10, 30, 500])
def test_the_quantile_is_students(confidence: float, freedom: int) -> None:
    probability = 0.5 + confidence / 2
    expected = stats.t.ppf(probability, freedom)

    assert t_quantile(probability, freedom) == pytest.approx(
        expected, rel=0.02 if confidence > 0.99 else 2e-3
    )


def test_the_interval_covers_what_it_claims() -> None:
    """The errors of unimportant features: own and worse are equally good, so that 0 is the truth."""
    covered = 0
    for seed in range(300):
        random = np.random.default_rng(seed)
        noise = random.normal(0, 1, (2, 40))
        found = loss_increase(
            "rmse", [5.0] * 40, (5 + noise[0]).tolist(), [(5 + noise[1]).tolist()], range(40), 0.9
        )
        assert found and found.half_width
        covered += abs(found.increase) <= found.half_width

    assert 0.85 * 300 <= covered <= 0.95 * 300
