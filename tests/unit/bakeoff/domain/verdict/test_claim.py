from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.statistics.claim import Claim
from bakeoff.domain.verdict.claim import inflation_of, margin_of
from bakeoff.domain.verdict.options import VerdictOptions


@pytest.mark.parametrize(
    ("metric", "best", "margin"),
    [("rmse", 2.5, 0.05), ("mae", 1.5, 0.03), ("r2", 0.6, 0.008), ("relative_accuracy", 85, 0.3)],
)
def test_the_margin_is_a_share_of_the_best_s_error(metric: str, best: float, margin: float) -> None:
    options = VerdictOptions(metric=metric, equivalence_margin=0.02)

    assert margin_of(options, best) == pytest.approx(margin)


def test_flawless_predictions_leave_no_margin() -> None:
    assert margin_of(VerdictOptions(metric="r2"), 1.0) == 0


def test_training_adds_the_variance_of_a_mean_over_its_rows() -> None:
    # Nadeau and Bengio (2003): the variance of n2 test rows, 1 / n2, becomes 1 / n2 + 1 / n1.
    assert inflation_of(test_rows=626, train_rows=2924) ** 2 / 626 == pytest.approx(1 / 626 + 1 / 2924)
    assert inflation_of(626, 10**12) == pytest.approx(1)


def test_without_training_there_is_no_claim() -> None:
    with pytest.raises(ValueError, match="at least 1 row, not 0"):
        inflation_of(test_rows=626, train_rows=0)


@given(st.floats(0, 1e6), st.floats(1, 10), st.lists(st.floats(0, 1e6), min_size=1))
def test_no_claim_makes_a_lead_larger(margin: float, inflation: float, leads: list[float]) -> None:
    kept = Claim(margin, inflation).shrink_factors(np.array(leads))

    assert all(0 <= share <= 1 / inflation for share in kept)
    assert all(share == 0 for share, lead in zip(kept, leads, strict=True) if lead <= margin)


def test_what_is_left_of_a_lead() -> None:
    kept = Claim(margin=0.1, inflation=math.sqrt(1.25)).shrink_factors(np.array([0.0, 0.05, 0.1, 0.2]))

    assert kept == pytest.approx([0, 0, 0, 0.5 / math.sqrt(1.25)])
