from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student

from bakeoff.domain.statistics.correlated_t import correlated_t
from bakeoff.domain.statistics.student_t import student_t_cdf, student_t_quantile


@given(st.floats(-1e3, 1e3), st.integers(1, 30))
def test_the_distribution_is_that_of_scipy(value: float, degrees: int) -> None:
    assert student_t_cdf(value, degrees) == pytest.approx(student.cdf(value, degrees), abs=1e-12)


@given(st.floats(0.5, 0.9999), st.integers(1, 9))
def test_a_quantile_is_that_of_scipy(probability: float, degrees: int) -> None:
    found = student_t_quantile(probability, degrees)

    assert found == pytest.approx(student.ppf(probability, degrees), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("probability", [0.4, 0.99999])
def test_a_quantile_outside_the_range_is_refused(probability: float) -> None:
    with pytest.raises(ValueError, match=r"0\.5 to 0\.9999"):
        student_t_quantile(probability, 5)


@pytest.mark.parametrize("degrees", [1, 2, 9])
def test_beyond_everything_lies_nothing(degrees: int) -> None:
    assert student_t_cdf(math.inf, degrees) == pytest.approx(1)
    assert student_t_cdf(-math.inf, degrees) == pytest.approx(0)
    assert student_t_cdf(0, degrees) == 0.5


def test_a_t_without_degrees_of_freedom_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 degree of freedom, not 0"):
        student_t_cdf(1, 0)


def test_the_probabilities_are_those_of_a_t_with_the_correlation_in_its_scale() -> None:
    # Benavoli and others (2017), section 4: variance times 1 / n + rho / (1 - rho), n - 1 degrees of freedom.
    leads = [0.02, 0.05, -0.01, 0.03, 0.04, 0.06, 0.01, 0.02, 0.05, 0.03]
    found = correlated_t(leads, margin=0.01, test_to_train=1 / 9)

    posterior = student(9, loc=0.03, scale=math.sqrt(0.0040 / 9 * (1 / 10 + 1 / 9)))
    assert found.ahead == pytest.approx(posterior.sf(0.01))
    assert found.equal == pytest.approx(posterior.cdf(0.01) - posterior.cdf(-0.01))
    assert found.behind == pytest.approx(posterior.cdf(-0.01))


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=10),
    st.floats(0, 1e6),
    st.floats(0.01, 2),
)
def test_probabilities_sum_to_1_and_a_deficit_is_a_lead_of_the_other(
    leads: list[float], margin: float, ratio: float
) -> None:
    found = correlated_t(leads, margin, ratio)
    other = correlated_t([-lead for lead in leads], margin, ratio)

    assert found.ahead + found.equal + found.behind == pytest.approx(1)
    assert min(found.ahead, found.equal, found.behind) >= 0
    assert (other.ahead, other.behind) == (found.behind, found.ahead)


@pytest.mark.parametrize(
    ("lead", "expected"), [(0.0, (0, 1, 0)), (0.5, (0, 1, 0)), (0.75, (1, 0, 0)), (-0.75, (0, 0, 1))]
)
def test_folds_that_lead_alike_leave_nothing_uncertain(lead: float, expected: tuple[int, int, int]) -> None:
    found = correlated_t([lead] * 5, margin=0.5, test_to_train=0.25)

    assert (found.ahead, found.equal, found.behind) == expected


def test_one_fold_tells_no_spread() -> None:
    with pytest.raises(ValueError, match="at least 2 folds, not 1"):
        correlated_t([0.5], margin=0, test_to_train=0.25)
