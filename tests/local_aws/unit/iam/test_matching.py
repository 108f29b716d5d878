"""Wildcards, policy variables and ARNs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.services.iam.matching import arn_matches, matches, substituted

CONTEXT = {"aws:principalaccount": "123456789012", "aws:userid": "a*b"}


@given(st.text())
def test_a_star_fits_everything_and_a_text_without_wildcards_itself(text: str) -> None:
    assert matches("*", text)
    if not set(text) & set("*?$"):
        assert matches(text, text)


@given(st.text(alphabet="ab.+(["), st.text(alphabet="ab.+(["))
def test_only_stars_and_question_marks_are_special(pattern: str, value: str) -> None:
    assert matches(pattern, value) == (pattern == value)


@given(st.text(alphabet="ab\n", min_size=1))
def test_a_question_mark_is_one_character(value: str) -> None:
    assert matches("?" * len(value), value)
    assert not matches("?" * (len(value) + 1), value)


def test_a_variable_stands_for_its_value_and_its_stars_are_plain() -> None:
    assert matches("home/${aws:userid}/*", "home/a*b/file", CONTEXT)
    assert not matches("home/${aws:userid}/*", "home/axb/file", CONTEXT)


def test_a_variable_without_a_value_fits_nothing_unless_it_has_a_default() -> None:
    assert not matches("${aws:username}*", "", CONTEXT)
    assert matches("${aws:username, 'guest'}", "guest", CONTEXT)


def test_an_escaped_wildcard_is_itself() -> None:
    assert matches("a${*}b", "a*b") and not matches("a${*}b", "axb")
    assert substituted("${$}{x}", {}) == "${x}"


@pytest.mark.parametrize(
    ("pattern", "arn", "fits"),
    [
        ("*", "*", True),
        ("arn:aws:sqs", "arn:aws:sqs:us-east-1:1:q", True),
        ("arn:aws:s3:::data/*", "arn:aws:s3:::data/a:b/c", True),
        ("arn:aws:s3:::data*", "arn:aws:s3:::data", True),
        ("arn:aws:states:*:1:stateMachine:x", "arn:aws:states:us-east-1:1:stateMachine:x", True),
        ("arn:aws:*:x", "arn:aws:states:us-east-1:1:x", False),
        ("arn:aws:s3:::data/*", "*", False),
        ("arn:aws:iam::${aws:PrincipalAccount}:role/r", "arn:aws:iam::123456789012:role/r", True),
    ],
)
def test_a_wildcard_of_an_arn_stays_in_its_part(pattern: str, arn: str, fits: bool) -> None:
    assert arn_matches(pattern, arn, CONTEXT) is fits
