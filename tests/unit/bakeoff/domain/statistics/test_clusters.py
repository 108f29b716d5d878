from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff.domain.statistics.bootstrap import PairedDifference, paired_bootstrap
from bakeoff.domain.statistics.clusters import Clusters
from bakeoff.domain.statistics.delta_method import moments
from bakeoff.domain.statistics.metrics import measure
from bakeoff.domain.statistics.resampling import Array, draw_counts
from bakeoff.domain.verdict.options import Candidate, VerdictOptions
from bakeoff.domain.verdict.reach import reach_verdict

METRICS = ("rmse", "mae", "r2", "relative_accuracy")
CONFIDENCE, RESAMPLES, SEED = 0.95, 400, 7


def data(rows: int, seed: int) -> tuple[Array, Array, Array]:
    """Skewed labels, one of them 0, with the predictions of two candidates and of a reference."""
    draw = np.random.default_rng(seed)
    actual = draw.gamma(3, 3, rows)
    actual[0] = 0.0
    shared = actual + draw.normal(0, 1, rows)
    noise = draw.normal(0, 0.5, (rows, 3))
    return actual, shared[:, None] + noise[:, 1:], shared + noise[:, 0]


def bootstrap(metric: str, *rows: Array, clusters: Clusters | None = None) -> list[PairedDifference]:
    actual, predicted, reference = rows
    return paired_bootstrap(
        metric,
        actual,
        predicted,
        reference,
        confidence=CONFIDENCE,
        resamples=RESAMPLES,
        seed=SEED,
        clusters=clusters,
    )


@pytest.mark.parametrize("metric", METRICS)
@given(seed=st.integers(0, 1000), copies=st.integers(2, 60), shuffled=st.booleans())
@settings(max_examples=20, deadline=None)
def test_copies_of_every_row_say_exactly_what_the_rows_say_once(
    metric: str, seed: int, copies: int, shuffled: bool
) -> None:
    once = data(30, seed)
    place = np.tile(np.arange(30), copies)
    if shuffled:
        place = np.random.default_rng(seed).permutation(place)
    clusters = Clusters.of(place, len(place))

    assert bootstrap(metric, *(each[place] for each in once), clusters=clusters) == bootstrap(metric, *once)


@pytest.mark.parametrize("metric", METRICS)
def test_intervals_are_those_of_resampling_the_clusters_themselves(metric: str) -> None:
    # Given rows that are there once, twice or nine times, as pairs of a candidate and the reference
    labels, candidates, reference = data(40, 3)
    sizes = np.random.default_rng(5).choice([1, 2, 9], 40)
    place = np.repeat(np.arange(40), sizes)
    found = bootstrap(
        metric, labels[place], candidates[place], reference[place], clusters=Clusters.of(place, len(place))
    )

    # When whole clusters are drawn and the metric is measured on all their rows
    drawn_from = np.flatnonzero(labels) if metric == "relative_accuracy" else np.arange(40)
    replicates = []
    for counts in np.concatenate(list(draw_counts(len(drawn_from), RESAMPLES, SEED))).astype(int):
        rows = np.repeat(drawn_from, counts * sizes[drawn_from])
        own, base = (_value(metric, labels[rows], each[rows]) for each in (candidates[:, 0], reference))
        replicates.append(own - base)

    # Then their spread is the standard error, and the difference is that of all rows
    whole = [_value(metric, labels[place], each[place]) for each in (candidates[:, 0], reference)]
    assert found[0].difference == pytest.approx(whole[0] - whole[1])
    assert found[0].standard_error == pytest.approx(float(np.std(replicates)), rel=0.25)


def _value(metric: str, actual: Array, predicted: Array) -> float:
    return float(getattr(measure(actual.tolist(), predicted.tolist()), metric))


@pytest.mark.parametrize("metric", METRICS)
def test_moments_by_clusters_are_those_of_the_drawn_rows_and_of_the_residuals(metric: str) -> None:
    # Given clusters of several sizes, whose rows a model does not answer quite alike
    labels, candidates, reference = data(12, 1)
    place = np.repeat(np.arange(12), [1, 4, 2, 1, 3, 1, 7, 2, 1, 1, 2, 5])
    jitter = np.random.default_rng(2).normal(0, 0.01, (len(place), 2))
    rows = labels[place], candidates[place] + jitter, reference[place]
    found = moments(metric, *rows, Clusters.of(place, len(place)))
    counts = np.random.default_rng(3).integers(0, 3, found.clusters).astype(float)
    if metric == "r2":  # whose labels stay centred on the whole sample's mean
        counts = np.ones(found.clusters)

    difference, error = (each[0] for each in found.differences(counts[None]))

    # Then a resample's difference is that of its rows
    usable = np.flatnonzero(labels) if metric == "relative_accuracy" else np.arange(12)
    drawn = np.repeat(np.arange(len(place)), _times(place, usable, counts))
    for k in range(2):
        own, base = (_value(metric, rows[0][drawn], each[drawn]) for each in (rows[1][:, k], rows[2]))
        assert difference[k] * found.units[k] == pytest.approx(own - base, rel=1e-9)
    # and its standard error is that of the clusters' sums of influences
    expected = [_cluster_error(metric, rows, k, place, usable, counts) for k in range(2)]
    assert (error * np.abs(found.units)).tolist() == pytest.approx(expected, rel=1e-6)


def _times(place: Any, usable: Any, counts: Array) -> Any:
    times = np.zeros(12, dtype=int)
    times[usable] = counts.astype(int)
    return times[place]


def _cluster_error(metric: str, rows: Any, k: int, place: Any, usable: Any, counts: Array) -> float:
    """From what a bit more weight on each cluster would change, numerically (the infinitesimal jackknife)."""
    actual, predicted, reference = rows[0], rows[1][:, k], rows[2]
    weight = np.zeros(12)
    weight[usable] = counts

    def statistic(weights: Array) -> float:
        each = weights[place]
        return _weighted(metric, actual, predicted, each) - _weighted(metric, actual, reference, each)

    influences = []
    for cluster in usable:
        up, down = weight.copy(), weight.copy()
        up[cluster] += 1e-4
        down[cluster] -= 1e-4
        influences.append((statistic(up) - statistic(down)) / 2e-4)
    return float(np.sqrt(np.sum(counts * np.square(influences))))


def _weighted(metric: str, actual: Array, predicted: Array, weights: Array) -> float:
    error = predicted - actual
    if metric == "rmse":
        return float(np.sqrt(np.average(error**2, weights=weights)))
    if metric == "mae":
        return float(np.average(np.abs(error), weights=weights))
    if metric == "relative_accuracy":
        kept = actual != 0
        return float(-100 * np.average(np.abs(error[kept] / actual[kept]), weights=weights[kept]))
    spread = actual - np.average(actual, weights=weights)
    return float(1 - np.sum(weights * error**2) / np.sum(weights * spread**2))


@pytest.mark.parametrize("metric", METRICS)
def test_rows_that_are_all_different_need_no_clusters(metric: str) -> None:
    rows = data(30, 4)
    numbers = np.random.default_rng(0).permutation(1000)[:30]

    assert bootstrap(metric, *rows, clusters=Clusters.of(numbers, 30)) == bootstrap(metric, *rows)


def test_as_many_clusters_as_rows_are_asked_for() -> None:
    with pytest.raises(ValueError, match="2 clusters are given for 3 rows"):
        Clusters.of([0, 1], 3)


def judge(actual: Array, spreads: dict[str, float], copies: int, **options: Any) -> Any:
    """The verdict on candidates whose errors have these spreads, on each row `copies` times."""
    field, place = [], np.tile(np.arange(len(actual)), copies)
    for number, (name, spread) in enumerate(spreads.items()):
        noise = np.random.default_rng(number).normal(0, spread, len(actual))
        field.append(Candidate(name, (actual + noise)[place]))
    return reach_verdict(actual[place], field, 5 * len(place), VerdictOptions(**options), place.tolist())


@pytest.mark.parametrize("metric", METRICS)
def test_twenty_copies_of_a_few_rows_are_no_verdict(metric: str) -> None:
    actual = data(12, 0)[0]

    verdict = judge(actual, {"better": 0.1, "worse": 1.0}, 20, metric=metric)

    assert (verdict["outcome"], verdict["best"]) == ("inconclusive", "better")
    rows, distinct = (220, 11) if metric == "relative_accuracy" else (240, 12)
    assert verdict["reason"].startswith(
        f"Too few test rows for a verdict ({rows} test rows, {distinct} distinct, where it takes 50). "
    )
    assert 50 <= verdict["rows_needed"] < 240
    assert all(verdict["comparisons"][0][key] is None for key in ("ci_low", "p_value", "p_value_adjusted"))


@pytest.mark.parametrize("metric", METRICS)
def test_copies_change_no_verdict_but_for_the_rounding_of_its_metrics(metric: str) -> None:
    actual = data(80, 0)[0]
    candidates = {"a": 1.0, "b": 1.2, "c": 9.0}

    once, often = judge(actual, candidates, 1, metric=metric), judge(actual, candidates, 7, metric=metric)

    assert once["rows_needed"] == often["rows_needed"]
    for one, other in zip(once["comparisons"], often["comparisons"], strict=True):
        assert other == pytest.approx(one)
    reason = f"{once['reason']} This rests on 560 test rows, 80 distinct."
    assert often["reason"] == reason.replace(" test rows. This", " distinct test rows. This")


def test_a_winner_on_copies_says_what_it_rests_on() -> None:
    verdict = judge(data(60, 0)[0], {"better": 0.1, "worse": 3.0}, 25)

    assert verdict["outcome"] == "winner"
    assert verdict["reason"].endswith(". This rests on 1,500 test rows, 60 distinct.")
