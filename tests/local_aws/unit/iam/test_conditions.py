"""The condition operators, with the rules for missing keys and several values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.services.iam.conditions import UnsupportedCondition, holds

KEY = "s3:prefix"
OPPOSITES = [
    ("StringEquals", "StringNotEquals"),
    ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
    ("StringLike", "StringNotLike"),
    ("ArnLike", "ArnNotLike"),
    ("ArnEquals", "ArnNotEquals"),
]


@pytest.mark.parametrize(
    ("operator", "wanted", "actual", "expected"),
    [
        ("StringEquals", "runs/", "runs/", True),
        ("StringEquals", "runs/*", "runs/1", False),
        ("StringLike", "runs/*", "runs/1", True),
        ("StringLike", ["Inputs/*", "runs/*"], "runs/1", True),
        ("StringNotLike", ["Inputs/*", "runs/*"], "runs/1", False),
        ("stringequals", "RUNS", "runs", False),
        ("StringEqualsIgnoreCase", "RUNS", "runs", True),
        ("ArnLike", "arn:aws:s3:::a*", "arn:aws:s3:::abc", True),
        ("ArnEquals", "arn:aws:s3:::a?", "arn:aws:s3:::ab", True),
        ("Bool", True, "true", True),
        ("Bool", "false", "true", False),
        ("NumericLessThanEquals", "10", "10", True),
        ("NumericGreaterThan", 10, "9.5", False),
        ("DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", True),
        ("DateGreaterThan", "1767225600", "2026-01-01T00:00:01+00:00", True),
        ("IpAddress", "127.0.0.0/8", "127.0.0.1", True),
        ("NotIpAddress", "127.0.0.0/8", "127.0.0.1", False),
    ],
)
def test_an_operator_compares(operator: str, wanted: Any, actual: str, expected: bool) -> None:
    assert holds({operator: {KEY: wanted}}, {KEY: actual}) is expected


@pytest.mark.parametrize(("operator", "negation"), OPPOSITES)
@given(wanted=st.lists(st.text(alphabet="ab:*"), min_size=1), actual=st.text(alphabet="ab:"))
def test_a_negated_operator_is_the_opposite(
    operator: str, negation: str, wanted: list[str], actual: str
) -> None:
    assert holds({operator: {KEY: wanted}}, {KEY: actual}) != holds({negation: {KEY: wanted}}, {KEY: actual})


@pytest.mark.parametrize(("operator", "negation"), OPPOSITES)
def test_a_missing_key_fails_unless_negated_or_optional(operator: str, negation: str) -> None:
    assert not holds({operator: {KEY: "x"}}, {})
    assert holds({negation: {KEY: "x"}}, {})
    assert holds({f"{operator}IfExists": {KEY: "x"}}, {})
    assert not holds({f"{operator}IfExists": {KEY: "arn:aws:s3:::x"}}, {KEY: "arn:aws:s3:::y"})


def test_null_asks_for_presence() -> None:
    assert holds({"Null": {KEY: "true"}}, {}) and not holds({"Null": {KEY: "true"}}, {KEY: "x"})
    assert holds({"Null": {KEY: False}}, {KEY: "x"}) and not holds({"Null": {KEY: "false"}}, {})


def test_set_operators_quantify_over_the_values_of_the_request() -> None:
    every = {"ForAllValues:StringEquals": {"aws:TagKeys": ["run", "team"]}}
    some = {"ForAnyValue:StringEquals": {"aws:TagKeys": ["run", "team"]}}

    assert holds(every, {"aws:tagkeys": ["run"]}) and not holds(every, {"aws:tagkeys": ["run", "other"]})
    assert holds(some, {"aws:tagkeys": ["run", "other"]}) and not holds(some, {"aws:tagkeys": ["other"]})
    assert holds(every, {}) and not holds(some, {})


@given(st.lists(st.sampled_from("abc"), min_size=1), st.lists(st.sampled_from("abc"), min_size=1))
def test_all_of_a_request_fits_exactly_when_nothing_of_it_does_not(
    wanted: list[str], actual: list[str]
) -> None:
    every = holds({"ForAllValues:StringEquals": {"aws:TagKeys": wanted}}, {"aws:tagkeys": actual})
    other = holds({"ForAnyValue:StringNotEquals": {"aws:TagKeys": wanted}}, {"aws:tagkeys": actual})

    assert every is not other


def test_keys_ignore_case_and_families_of_keys_are_known() -> None:
    assert holds({"StringEquals": {"aws:RequestTag/Team": "x"}}, {"aws:requesttag/team": "x"})


@pytest.mark.parametrize(
    "condition",
    [
        {"StringResembles": {KEY: "x"}},
        {"ForSomeValues:StringEquals": {KEY: "x"}},
        {"StringEquals": {"aws:MultiFactorAuthAge": "1"}},
        {"Null": {"aws:MultiFactorAuthAge": "true"}},
    ],
)
def test_what_is_not_known_is_not_guessed(condition: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedCondition, match="not known to the embedded AWS"):
        holds(condition, {KEY: "x"})
