from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.services.sagemaker.containers.errors import UserError
from local_aws.services.sagemaker.containers.hyperparameters import (
    Interval,
    boolean,
    check_feature_count,
    choice,
    choices,
    integer,
    number,
    validate,
)

TABLE = (
    integer("rounds", "[1, inf)", required=True),
    number("share", "(0, 1]", auto=True),
    boolean("bias"),
    choice("kind", "a", "b"),
    choices("several", "x", "y"),
)
BOUND = st.integers(-1000, 1000)


@given(BOUND, BOUND, BOUND)
def test_an_interval_holds_its_closed_ends_and_not_its_open_ones(low: int, high: int, value: int) -> None:
    assert (value in Interval.of(f"[{low}, {high}]")) == (low <= value <= high)
    assert (value in Interval.of(f"({low}, {high})")) == (low < value < high)


def test_values_are_parsed_by_their_type() -> None:
    given_text = {"rounds": "7", "share": "0.5", "bias": "False", "kind": "a", "several": "x,y"}

    values = validate(TABLE, given_text)

    assert values == {"rounds": 7, "share": 0.5, "bias": False, "kind": "a", "several": ("x", "y")}


def test_what_is_left_to_auto_is_left_out() -> None:
    assert validate(TABLE, {"rounds": "7", "share": "auto"}) == {"rounds": 7}


@pytest.mark.parametrize(
    ("given_text", "message"),
    [
        ({}, "Missing required hyperparameter: rounds"),
        ({"rounds": "1", "depth": "3"}, "Extraneous hyperparameter found: depth"),
        ({"rounds": "1.5"}, "Hyperparameter rounds: could not parse value '1.5'"),
        ({"rounds": "0"}, r"Hyperparameter rounds: 0 is not in \[1, inf\)"),
        ({"rounds": "auto"}, "could not parse value 'auto'"),
        ({"rounds": "1", "share": "nan"}, "could not parse value 'nan'"),
        ({"rounds": "1", "share": "0"}, "share: 0 is not in"),
        ({"rounds": "1", "bias": "yes"}, "could not parse value 'yes'"),
        ({"rounds": "1", "kind": "c"}, "kind: c is not in a, b"),
        ({"rounds": "1", "several": "x,z"}, "several: x,z is not in x, y"),
    ],
)
def test_what_the_table_does_not_allow_is_refused(given_text: dict[str, str], message: str) -> None:
    with pytest.raises(UserError, match=message):
        validate(TABLE, given_text)


def test_a_differing_feature_count_names_both_counts() -> None:
    check_feature_count(None, 8, "the train channel")
    with pytest.raises(UserError, match="feature_dim is 7, but the data of the train channel has 8 features"):
        check_feature_count(7, 8, "the train channel")
