from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.statistics.holm import adjust

p_values = st.lists(st.floats(0, 1), max_size=12)


def test_holm_s_adjustment_by_hand() -> None:
    assert adjust([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_a_single_p_value_stays() -> None:
    assert adjust([0.04]) == [0.04]


def test_nothing_to_adjust() -> None:
    assert adjust([]) == []


@given(p_values)
def test_adjusted_p_values_lie_between_their_own_and_bonferroni_s(found: list[float]) -> None:
    for own, adjusted in zip(found, adjust(found), strict=True):
        assert own <= adjusted <= min(1.0, len(found) * own)


@given(p_values)
def test_the_order_of_the_evidence_stays(found: list[float]) -> None:
    by_own = [adjusted for _, adjusted in sorted(zip(found, adjust(found), strict=True))]
    assert by_own == sorted(by_own)


@given(p_values, st.randoms(use_true_random=False))
def test_the_given_order_does_not_matter(found: list[float], random: Random) -> None:
    places = list(range(len(found)))
    random.shuffle(places)
    adjusted = adjust(found)
    assert adjust([found[place] for place in places]) == [adjusted[place] for place in places]


@given(p_values, st.floats(0.001, 0.2))
def test_rejections_are_those_of_the_step_down_procedure(found: list[float], alpha: float) -> None:
    rejected = 0
    for own in sorted(found):
        if own * (len(found) - rejected) > alpha:
            break
        rejected += 1
    assert sum(adjusted <= alpha for adjusted in adjust(found)) == rejected
