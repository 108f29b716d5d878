from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.reading.numbers import canonical_number, is_number, number_of

SPELLED = st.from_regex(
    r"[ \u00a0]?[+\-\u2212]?(?:[0-9]{1,6}\.?[0-9]{0,6}|\.[0-9]{1,6})(?:[eE][+\-\u2212]?[0-9]{1,2})?[ ]?",
    fullmatch=True,
)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("5", "5"),
        (" +01.50 ", "1.50"),
        (".5", "0.5"),
        ("5.", "5"),
        ("-.5e3", "-0.5e3"),
        ("\u22127", "-7"),
        ("000", "0"),
        ("-00.0", "-0.0"),
        ("5.e\u22127", "5e-7"),
        ("1E+05", "1E+05"),
        ('" 2.50 "', "2.50"),
        ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
    ],
)
def test_a_number_has_one_spelling_of_its_digits(cell: str, text: str) -> None:
    assert canonical_number(cell) == text


@pytest.mark.parametrize(
    ("cell", "text"), [("1,5", "1.5"), (",5", "0.5"), ("5,", "5"), ("12", "12"), ('"-1,5e2"', "-1.5e2")]
)
def test_a_decimal_comma_is_a_point(cell: str, text: str) -> None:
    assert canonical_number(cell, ",") == text


@pytest.mark.parametrize(
    ("cell", "decimal"), [("1.5", ","), ("1,5", "."), ("1.000,5", ","), ("1,000.5", ".")]
)
def test_the_other_point_is_never_guessed(cell: str, decimal: str) -> None:
    assert canonical_number(cell, decimal) is None


@given(SPELLED)
def test_the_canonical_text_is_the_same_number_in_jsons_spelling(cell: str) -> None:
    text = canonical_number(cell)

    assert text is not None
    assert float(text) == number_of(cell)
    assert re.fullmatch(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", text)
    assert canonical_number(text) == text


@given(st.text(alphabet='0123456789.,eE+-\u2212 "x', max_size=12))
def test_what_is_no_number_has_no_canonical_text(cell: str) -> None:
    assert (canonical_number(cell) is not None) == is_number(cell)


@given(SPELLED)
def test_a_comma_stands_where_the_point_would(cell: str) -> None:
    assert canonical_number(cell.replace(".", ","), ",") == canonical_number(cell)
