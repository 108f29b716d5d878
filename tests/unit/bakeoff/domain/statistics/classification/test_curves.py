from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import average_precision_score
from sklearn.metrics import precision_recall_curve as scikit_pr
from sklearn.metrics import roc_curve as scikit_roc

from bakeoff.domain.statistics.classification.answers import Answers
from bakeoff.domain.statistics.classification.calibration import reliability
from bakeoff.domain.statistics.classification.contributions import contributions
from bakeoff.domain.statistics.classification.curves import (
    MOST_POINTS,
    Curve,
    average_precision,
    precision_recall_curve,
    roc_curve,
    thinned,
)
from bakeoff.domain.statistics.resampling import Array
from tests.unit.bakeoff.domain.statistics.classification.answered import answers, labels, of

# So few different probabilities that most rows share theirs.
TENTHS = st.lists(st.tuples(st.booleans(), st.integers(0, 10)), min_size=2, max_size=60)
SHARES = st.lists(st.integers(0, 40), min_size=2, max_size=80)


def answered(rows: list[tuple[bool, int]]) -> Answers:
    scores = np.array([tenths / 10 for _, tenths in rows])
    return of(np.array([int(own) for own, _ in rows]), np.stack([1 - scores, scores], axis=1))


def both_sides(rows: list[tuple[bool, int]]) -> bool:
    return len({own for own, _ in rows}) == 2


@given(TENTHS.filter(both_sides))
@settings(deadline=None)
def test_curves_are_those_of_scikit_learn_with_equal_probabilities_as_one_step(
    rows: list[tuple[bool, int]],
) -> None:
    found = answered(rows)
    assert found.probabilities is not None
    scores = found.probabilities[:, 1]
    roc, pr = roc_curve(found), precision_recall_curve(found)
    assert roc and pr

    x, y, _ = scikit_roc(found.actual, scores, drop_intermediate=False)
    assert roc.x == pytest.approx(x) and roc.y == pytest.approx(y)
    # Ours rises, begins with the first precision instead of a conventional 1, and has both ends of each step
    precision, recall, _ = scikit_pr(found.actual, scores)
    assert pr.y[::2] == pytest.approx(precision[-2::-1]) and pr.y[1::2] == pytest.approx(precision[-2::-1])
    assert pr.x[1::2] == pytest.approx(recall[-2::-1]) and pr.x[::2] == pytest.approx(recall[:0:-1])
    assert average_precision(found) == pytest.approx(average_precision_score(found.actual, scores))


@given(TENTHS.filter(both_sides))
@settings(deadline=None)
def test_the_area_below_the_roc_curve_is_the_metric(rows: list[tuple[bool, int]]) -> None:
    found = answered(rows)
    curve, metric = roc_curve(found), contributions("roc_auc", found)
    assert curve and metric

    assert float(np.trapezoid(curve.y, curve.x)) == pytest.approx(metric.value)


@given(TENTHS.filter(both_sides), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_the_rows_changes_no_curve(rows: list[tuple[bool, int]], chance: object) -> None:
    shuffled = rows.copy()
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    for curve in (roc_curve, precision_recall_curve):
        one, other = curve(answered(rows)), curve(answered(shuffled))
        assert one and other
        assert one.x.tolist() == other.x.tolist() and one.y.tolist() == other.y.tolist()


def test_rows_of_equal_probability_are_one_straight_step() -> None:
    found = answered([(True, 5), (False, 5), (True, 5), (False, 5)])
    roc, pr = roc_curve(found), precision_recall_curve(found)
    assert roc and pr

    assert (roc.x.tolist(), roc.y.tolist()) == ([0, 1], [0, 1])
    assert (pr.x.tolist(), pr.y.tolist()) == ([0, 1], [0.5, 0.5])


@pytest.mark.parametrize("curve", [roc_curve, precision_recall_curve, average_precision])
def test_there_is_no_curve_without_probabilities_or_rows_on_both_sides(curve: object) -> None:
    actual = np.array([0, 1, 1])
    assert callable(curve)

    assert curve(Answers(actual, actual, None, 2)) is None
    assert curve(answered([(True, 3), (True, 7)])) is None
    assert curve(answered([(False, 3), (False, 7)])) is None


def test_any_class_can_be_the_one_that_is_told_from_the_rest() -> None:
    found = answers(labels(80, 4, 3), 4, 3)
    assert found.probabilities is not None

    for each in range(4):
        curve = roc_curve(found, each)
        x, y, _ = scikit_roc(found.actual == each, found.probabilities[:, each], drop_intermediate=False)
        assert curve
        assert curve.x == pytest.approx(x) and curve.y == pytest.approx(y)


@given(SHARES, SHARES, st.integers(2, 30))
@settings(deadline=None)
def test_a_thinned_curve_has_points_of_the_curve_its_ends_and_no_more_than_asked(
    x: list[int], y: list[int], most: int
) -> None:
    size = min(len(x), len(y))
    curve = Curve(np.sort(np.array(x[:size]) / 40), np.array(y[:size]) / 40)
    found = thinned(curve, most)

    points, kept = zip_of(curve), zip_of(found)
    assert len(kept) <= most and (kept[0], kept[-1]) == (points[0], points[-1])
    remaining = iter(points)
    assert all(point in remaining for point in kept)


@given(SHARES, SHARES)
@settings(deadline=None)
def test_thinning_leaves_out_only_what_lies_on_the_line_where_there_is_room(
    x: list[int], y: list[int]
) -> None:
    size = min(len(x), len(y))
    curve = Curve(np.sort(np.array(x[:size]) / 40), np.array(y[:size]) / 40)

    assert furthest_off(curve, thinned(curve)) < 1e-9


@pytest.mark.parametrize("skill", [0.0, 0.5, 2.0, 4.0])
@pytest.mark.parametrize("share", [0.5, 0.02])
def test_a_thinned_curve_of_many_rows_is_nowhere_a_pixel_away(skill: float, share: float) -> None:
    draw = np.random.default_rng(5)
    actual = labels(20_000, 2, 5, [1 - share, share])
    scores = 1 / (1 + np.exp(-(draw.normal(0, 1, 20_000) + skill * actual)))
    found = of(actual, np.stack([1 - scores, scores], axis=1))
    roc, pr = roc_curve(found), precision_recall_curve(found)
    assert roc and pr

    few = thinned(roc), thinned(pr)
    assert all(len(curve.x) <= MOST_POINTS for curve in few)
    # A picture is about 300 pixels wide.
    assert furthest_off(roc, few[0]) < 1 / 300
    assert furthest_off(pr, few[1]) < 1.5 / 300


def test_the_class_is_as_frequent_as_scikit_learn_says() -> None:
    scores = np.random.default_rng(1).uniform(0, 1, 300)
    found = of(labels(300, 2, 1), np.stack([1 - scores, scores], axis=1))
    bins = reliability(found)
    assert bins

    true, predicted = calibration_curve(found.actual, scores, n_bins=10)
    assert [each.observed for each in bins] == pytest.approx(true)
    assert [each.predicted for each in bins] == pytest.approx(predicted)
    assert sum(each.rows for each in bins) == 300
    assert reliability(Answers(found.actual, found.predicted, None, 2)) is None


def zip_of(curve: Curve) -> list[tuple[float, float]]:
    return list(zip(curve.x.tolist(), curve.y.tolist(), strict=True))


def furthest_off(curve: Curve, line: Curve) -> float:
    """The greatest distance of a point of `curve` from `line`, whose points are points of it, in order."""
    worst, start = 0.0, 0
    points = zip_of(curve)
    for (x1, y1), (x2, y2) in zip(zip_of(line), zip_of(line)[1:], strict=False):
        end = points.index((x2, y2), start + 1)
        part = np.array(points[start : end + 1])
        worst = max(worst, float(_distances(part, np.array([x1, y1]), np.array([x2, y2])).max()))
        start = end
    return worst


def _distances(points: Array, start: Array, end: Array) -> Array:
    way = end - start
    length = float(way @ way)
    along = np.clip((points - start) @ way / length, 0, 1) if length else np.zeros(len(points))
    found: Array = np.sqrt(((points - start - along[:, None] * way) ** 2).sum(axis=1))
    return found
