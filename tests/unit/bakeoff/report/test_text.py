from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.report import text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "—"),
        (0.0, "0"),
        (2.0, "2"),
        (2.2288891, "2.229"),
        (0.0123456, "0.01235"),
        (99.987, "99.99"),
        (1234.56, "1,235"),
        (123456.7, "123,457"),
        (-0.5, "-0.5000"),
        (0.00001234, "1.234e-05"),
        (1.5e12, "1.500e+12"),
    ],
)
def test_a_number_has_four_significant_digits(value: float | None, written: str) -> None:
    assert text.number(value) == written


@given(st.floats(-1e300, 1e300))
def test_every_number_stays_short_and_keeps_its_value(value: float) -> None:
    written = text.number(value)

    assert len(written) <= 13
    assert float(written.replace(",", "")) == pytest.approx(value, rel=6e-4)


@pytest.mark.parametrize(
    ("value", "written"), [(None, "—"), (-0.0002, "0.000"), (0.5652, "0.565"), (-1e20, "-1.000e+20")]
)
def test_a_value_of_a_known_scale_has_fixed_decimals(value: float | None, written: str) -> None:
    assert text.fixed(value, 3) == written


@pytest.mark.parametrize(
    ("value", "written"), [(None, "—"), (0.0, "0"), (0.0561, "+0.0561"), (-0.0301, "-0.0301")]
)
def test_a_difference_shows_its_sign(value: float | None, written: str) -> None:
    assert text.signed(value) == written


@pytest.mark.parametrize(("value", "written"), [(None, "—"), (0.0, "< 0.0001"), (0.25, "0.250")])
def test_a_probability_is_never_said_to_be_zero(value: float | None, written: str) -> None:
    assert text.probability(value) == written


@pytest.mark.parametrize(
    ("count", "written"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (129_356, "129.4 kB"),
        (2_500_000_000, "2.5 GB"),
        (10**16, "10,000.0 TB"),
    ],
)
def test_sizes_use_the_unit_that_reads_best(count: int, written: str) -> None:
    assert text.size(count) == written


def test_a_moment_is_told_in_utc_and_anything_else_as_it_stands() -> None:
    assert text.moment("2026-11-23T21:23:14Z") == "2026-11-23 21:23 UTC"
    assert text.moment("2026-11-23T22:23:14+01:00") == "2026-11-23 21:23 UTC"
    assert text.moment("soon") == "soon"


def test_one_is_singular() -> None:
    assert text.plural(1, "row") == "1 row"
    assert text.plural(1200, "row") == "1,200 rows"


def test_a_long_list_ends_with_how_many_remain() -> None:
    assert text.listed(["a", "b"]) == "a; b."
    assert text.listed([str(number) for number in range(40)], most=3) == "0; 1; 2; and 37 more."


@pytest.mark.parametrize(
    ("value", "half", "told"),
    [
        (3.98271, 0.4219, "+3.98 ± 0.42"),
        (0.000276, 0.0151, "+0.000 ± 0.015"),
        (-0.00004, 0.2, "+0.00 ± 0.20"),
        (-1234.5, 120, "-1,234 ± 120"),
        (0.0, 0.0, "0 ± 0"),
        (2.5, 9.96, "+2.5 ± 10.0"),
    ],
)
def test_a_value_has_the_decimals_that_its_interval_allows(value: float, half: float, told: str) -> None:
    assert text.as_sure_as(value, half) == told
