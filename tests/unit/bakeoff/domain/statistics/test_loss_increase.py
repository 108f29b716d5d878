from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bakeoff.domain.statistics.classification.answers import Answers
from bakeoff.domain.statistics.classification.contributions import contributions
from bakeoff.domain.statistics.classification.influences import BY_CLASS, ClassedRows, influences
from bakeoff.domain.statistics.classification.metrics import contribution_moments
from bakeoff.domain.statistics.clusters import Clusters
from bakeoff.domain.statistics.delta_method import moments
from bakeoff.domain.statistics.loss_increase import (
    LEAST_CLUSTERS,
    class_loss_increase,
    loss_increase,
    t_quantile,
)
from bakeoff.domain.statistics.metrics import measure
from bakeoff.domain.statistics.registry import METRICS_OF

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


CLASS_METRICS = tuple(METRICS_OF["classification"])


def answered(seed: int, classes: int, skill: float, rows: int = 80) -> ClassedRows:
    """Labels are those of the `seed`; the higher the skill, the better the answers."""
    labels = np.random.default_rng(seed).integers(0, classes, rows)
    labels[:classes] = range(classes)
    random = np.random.default_rng([seed, round(100 * skill)])
    scores = random.normal(0, 1, (rows, classes)) + skill * np.eye(classes)[labels]
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    # Equal probabilities, and such as count as the least one.
    shares[::10] = np.eye(classes)[random.integers(0, classes, len(shares[::10]))]
    return ClassedRows(labels.tolist(), shares.argmax(axis=1).tolist(), shares.ravel().tolist(), classes)


def as_arrays(rows: ClassedRows) -> Answers:
    assert rows.probabilities is not None
    probabilities = np.array(rows.probabilities).reshape(rows.size, rows.classes)
    return Answers(np.array(rows.actual), np.array(rows.predicted), probabilities, rows.classes)


@pytest.mark.parametrize("metric", CLASS_METRICS)
@given(seed=st.integers(0, 10_000), classes=st.integers(2, 5), skill=st.floats(0, 3))
def test_influences_without_numpy_are_those_of_the_verdict(
    metric: str, seed: int, classes: int, skill: float
) -> None:
    rows = answered(seed, classes, skill)

    found, expected = influences(metric, rows), contributions(metric, as_arrays(rows))

    assert found and expected
    assert found[0] == pytest.approx(expected.value, abs=1e-12)
    assert found[1] == pytest.approx((expected.rows - expected.value).tolist(), abs=1e-9)


@pytest.mark.parametrize("metric", CLASS_METRICS)
def test_an_absent_class_is_left_out_as_the_verdict_does(metric: str) -> None:
    rows = answered(1, 4, 1.0)
    kept = [place for place, label in enumerate(rows.actual) if label != 2]
    assert rows.probabilities is not None
    rest = ClassedRows(
        [rows.actual[place] for place in kept],
        [rows.predicted[place] for place in kept],
        [each for place in kept for each in rows.probabilities[4 * place : 4 * place + 4]],
        4,
    )

    found, expected = influences(metric, rest), contributions(metric, as_arrays(rest))

    assert found and expected and 2 in rest.predicted
    assert found[1] == pytest.approx((expected.rows - expected.value).tolist(), abs=1e-9)


@pytest.mark.parametrize("metric", CLASS_METRICS)
@pytest.mark.parametrize("clustered", [False, True])
def test_the_increase_of_classes_has_the_verdicts_standard_error(metric: str, clustered: bool) -> None:
    own, worse = answered(2, 3, 2.0), answered(2, 3, 0.5)
    labels = [row // 2 for row in range(80)] if clustered else list(range(80))

    found = class_loss_increase(metric, own, [worse], labels, 0.95)

    before, after = (contributions(metric, as_arrays(each)) for each in (own, worse))
    assert found and found.half_width and before and after
    assert found.increase == pytest.approx(abs(after.value - before.value)) and found.increase > 0
    sample = contribution_moments(after.rows[:, None], before.rows, Clusters.of(labels, 80))
    _, errors = sample.differences(np.ones((1, sample.clusters)))
    count = 40 if clustered else 80
    expected = float(errors[0, 0] * abs(sample.units[0])) * math.sqrt(count / (count - 1))
    assert found.half_width / t_quantile(0.975, count - 1) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("metric", CLASS_METRICS)
def test_repetitions_of_classes_are_averaged_and_equal_answers_are_no_worse(metric: str) -> None:
    own, one, other = (answered(3, 3, skill) for skill in (2.0, 0.5, 0.2))

    both = class_loss_increase(metric, own, [one, other], range(80), 0.95)
    alone = [class_loss_increase(metric, own, [each], range(80), 0.95) for each in (one, other)]
    same = class_loss_increase(metric, own, [own, own], range(80), 0.95)

    assert both and alone[0] and alone[1] and same
    assert both.increase == pytest.approx((alone[0].increase + alone[1].increase) / 2)
    assert (same.increase, same.half_width) == (0, 0)


def test_a_candidate_that_names_classes_only_has_no_increase_of_probabilities() -> None:
    rows = answered(4, 2, 1.0)
    named = ClassedRows(rows.actual, rows.predicted, None, 2)

    assert class_loss_increase("log_loss", named, [named], range(80), 0.95) is None
    assert class_loss_increase("accuracy", named, [named], range(80), 0.95)
    assert influences("roc_auc", ClassedRows([1] * 3, [1] * 3, [0.2, 0.8] * 3, 2)) is None


@pytest.mark.parametrize("metric", CLASS_METRICS)
@pytest.mark.parametrize(("rare", "told"), [(LEAST_CLUSTERS - 1, False), (LEAST_CLUSTERS, True)])
def test_a_mean_over_classes_has_an_interval_where_each_class_has_rows_enough(
    metric: str, rare: int, told: bool
) -> None:
    labels = [1] * rare + [0] * (80 - rare)
    own = ClassedRows(labels, labels, [each for label in labels for each in (1 - label, label)], 2)
    worse = answered(5, 2, 0.0)
    worse = ClassedRows(labels, worse.predicted, worse.probabilities, 2)

    found = class_loss_increase(metric, own, [worse], range(80), 0.95)

    assert found and (found.half_width is not None) == (told or metric not in BY_CLASS)


@pytest.mark.parametrize("metric", ["log_loss", "roc_auc", "macro_f1"])
def test_intervals_of_classes_cover_the_true_increase(metric: str) -> None:
    """Of two kinds of answers whose true difference 60,000 rows tell."""
    truth = class_loss_increase(
        metric, answered(6, 3, 1.5, 60_000), [answered(6, 3, 0.7, 60_000)], range(60_000), 0.95
    )
    assert truth

    covered = 0
    for seed in range(100, 300):
        own, worse = answered(seed, 3, 1.5, 200), answered(seed, 3, 0.7, 200)
        found = class_loss_increase(metric, own, [worse], range(200), 0.95)
        assert found and found.half_width
        covered += abs(found.increase - truth.increase) <= found.half_width

    # 95% of 200, and three standard errors of that share.
    assert 181 <= covered <= 199
