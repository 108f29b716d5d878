from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff_cli.show.figures import cell


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (2.2, 4, "2.2000"),
        (123.45678, 4, "123.4568"),
        (12345.6789, 4, "12345.68"),
        (1234567.8, 4, "1234568"),
        (1.23456e25, 4, "1.2346e+25"),
        (-1.23456e25, 3, "-1.2346e+25"),
        (0.0, 4, "0.0000"),
        (-0.0002, 3, "0.000"),
        (None, 4, "-"),
    ],
)
def test_a_number_has_its_decimals_as_far_as_seven_digits_go(
    value: float | None, decimals: int, text: str
) -> None:
    assert cell(value, decimals) == text


def test_a_tiny_number_in_the_labels_unit_is_not_nothing() -> None:
    assert cell(0.00001234, 4, has_unit=True) == "1.2340e-05"
    assert cell(0.00001234, 4) == "0.0000"


@given(st.floats(allow_nan=True, allow_infinity=True), st.integers(0, 4), st.booleans())
def test_no_number_is_wider_than_eleven_characters(value: float, decimals: int, has_unit: bool) -> None:
    text = cell(value, decimals, has_unit)
    digits = text.lstrip("-").partition("e")[0].replace(".", "").lstrip("0")
    assert len(text) <= 12 and len(digits) <= 7 + (text == "nan")


@given(st.floats(min_value=-1e300, max_value=1e300))
def test_a_number_in_the_labels_unit_keeps_its_first_four_digits(value: float) -> None:
    # Below a thousandth there is the exponent, so that nothing but 0 reads as 0.
    assert float(cell(value, 4, has_unit=True)) == pytest.approx(value, rel=0.05)
