"""Differences between candidates, against the tests that statistics has for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binomtest

from bakeoff.domain.statistics.bootstrap import PairedDifference, bootstrap_moments
from bakeoff.domain.statistics.classification.answers import Answers
from bakeoff.domain.statistics.classification.contributions import contributions
from bakeoff.domain.statistics.classification.metrics import contribution_moments
from bakeoff.domain.statistics.clusters import Clusters
from bakeoff.domain.statistics.registry import METRICS_OF
from bakeoff.domain.statistics.resampling import Array
from tests.unit.bakeoff.domain.statistics.classification.answered import labels, of, softmax

METRICS = tuple(METRICS_OF["classification"])


def difference(
    metric: str, rival: Answers, best: Answers, clusters: Clusters | None = None, resamples: int = 4000
) -> PairedDifference:
    own, base = contributions(metric, rival), contributions(metric, best)
    assert own is not None
    assert base is not None
    sample = contribution_moments(own.rows[:, None], base.rows, clusters)
    [found] = bootstrap_moments(sample, confidence=0.95, resamples=resamples, seed=1)
    assert found.difference == pytest.approx(own.value - base.value, abs=1e-12)
    return found


def pair(rows: int, classes: int, seed: int, shares: list[float] | None = None) -> tuple[Answers, Answers]:
    """Two candidates whose errors are alike, as those of trained models are."""
    actual = labels(rows, classes, seed, shares)
    draw = np.random.default_rng([3, seed])
    shared = draw.normal(0, 1, (rows, classes))
    shared[np.arange(rows), actual] += 1
    rival, best = (of(actual, softmax(shared + draw.normal(0, size, shared.shape))) for size in (0.6, 0.5))
    return rival, best


def delong(actual: NDArray[np.int64], one: Array, other: Array) -> tuple[float, float]:
    """The AUCs' difference and its variance, with kernels written out (DeLong et al. 1988, eq. 4-7)."""
    areas, parts = [], []
    for scores in (one, other):
        positive, negative = scores[actual == 1][:, None], scores[actual == 0][None, :]
        kernel = np.where(positive > negative, 1.0, np.where(positive == negative, 0.5, 0.0))
        areas.append(kernel.mean())
        parts.append((kernel.mean(axis=1), kernel.mean(axis=0)))
    s10, s01 = (np.cov(np.vstack([parts[0][side], parts[1][side]])) for side in (0, 1))
    covariance = s10 / np.sum(actual == 1) + s01 / np.sum(actual == 0)
    contrast = np.array([1.0, -1.0])
    return float(areas[0] - areas[1]), float(contrast @ covariance @ contrast)


@pytest.mark.parametrize(("rows", "shares"), [(400, [0.5, 0.5]), (1200, [0.95, 0.05])])
def test_the_standard_error_of_an_auc_difference_is_delong_s(rows: int, shares: list[float]) -> None:
    for seed in range(5):
        rival, best = pair(rows, 2, seed, shares)
        assert rival.probabilities is not None
        assert best.probabilities is not None
        expected, variance = delong(rival.actual, rival.probabilities[:, 1], best.probabilities[:, 1])

        found = difference("roc_auc", rival, best)

        assert found.difference == pytest.approx(expected, abs=1e-12)
        # DeLong divides by one row less of each class.
        scarce = np.bincount(rival.actual).min()
        assert found.standard_error == pytest.approx(np.sqrt(variance), rel=1 / scarce)


def test_the_standard_error_of_an_accuracy_difference_is_mcnemar_s() -> None:
    rival, best = pair(500, 3, 0)
    lost, won = (int(np.sum(a.hits & ~b.hits)) for a, b in ((best, rival), (rival, best)))

    found = difference("accuracy", rival, best)

    # (won - lost)^2 / (won + lost) is McNemar's; its variance is that of no difference.
    assert found.difference == pytest.approx((won - lost) / 500)
    assert found.standard_error == pytest.approx(np.sqrt(won + lost - (won - lost) ** 2 / 500) / 500)


@pytest.mark.parametrize(("won", "lost"), [(20, 20), (30, 45), (26, 50), (40, 80), (5, 25)])
def test_the_p_value_of_an_accuracy_difference_is_about_mcnemar_s(won: int, lost: int) -> None:
    actual = np.zeros(600, dtype=np.int64)
    rival, best = np.zeros_like(actual), np.zeros_like(actual)
    best[:won], rival[won : won + lost] = 1, 1

    found = difference("accuracy", Answers(actual, rival, None, 2), Answers(actual, best, None, 2))

    exact = binomtest(won, won + lost).pvalue
    # The exact test is conservative, because counts are whole numbers.
    assert exact / 4 - 0.001 <= found.p_value <= exact + 0.005


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(("classes", "shares"), [(2, [0.85, 0.15]), (4, None)])
def test_standard_errors_are_those_of_resampled_metrics(
    metric: str, classes: int, shares: list[float] | None
) -> None:
    rival, best = pair(600, classes, 1, shares)
    draw = np.random.default_rng(5)

    resampled = [
        _value(metric, _rows(rival, drawn)) - _value(metric, _rows(best, drawn))
        for drawn in (draw.integers(0, 600, 600) for _ in range(400))
    ]

    assert difference(metric, rival, best).standard_error == pytest.approx(np.std(resampled), rel=0.12)


@pytest.mark.parametrize("metric", METRICS)
def test_copies_of_all_rows_say_what_the_rows_say_once(metric: str) -> None:
    rival, best = pair(120, 3, 2)
    thrice = np.tile(np.arange(120), 3)

    once = difference(metric, rival, best)
    copied = difference(metric, _rows(rival, thrice), _rows(best, thrice), Clusters.of(thrice, 360))

    assert _facts(copied) == pytest.approx(_facts(once), rel=1e-9)


@pytest.mark.parametrize("metric", METRICS)
def test_a_candidate_is_not_unlike_itself(metric: str) -> None:
    _, best = pair(100, 3, 0)
    found = difference(metric, best, best)

    assert (found.difference, found.half_width, found.p_value) == (0.0, 0.0, 1.0)


def _facts(found: PairedDifference) -> dict[str, Any]:
    return vars(found)


def _value(metric: str, given: Answers) -> float:
    found = contributions(metric, given)
    assert found is not None
    return found.value


def _rows(found: Answers, rows: NDArray[np.int64]) -> Answers:
    assert found.probabilities is not None
    return Answers(found.actual[rows], found.predicted[rows], found.probabilities[rows], found.classes)
