"""Every value lies in its range, on the scale that was asked for."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.services.sagemaker.search.random_search import RandomSearch
from local_aws.services.sagemaker.search.ranges import (
    CategoricalRange,
    ContinuousRange,
    IntegerRange,
    Range,
    Space,
)

DRAWS = 2000
PLACES = st.floats(0, 1)


def continuous(low: float, high: float, scaling: str) -> st.SearchStrategy[ContinuousRange]:
    numbers = st.floats(low, high, allow_subnormal=False)
    pairs = st.tuples(numbers, numbers).filter(lambda pair: pair[1] - pair[0] > 1e-9)
    return pairs.map(lambda pair: ContinuousRange("x", pair[0], pair[1], scaling))


CONTINUOUS = st.one_of(
    continuous(-1e6, 1e6, "Linear"),
    continuous(-1e6, 1e6, "Auto"),
    continuous(1e-9, 1e6, "Logarithmic"),
    continuous(0, 1 - 1e-9, "ReverseLogarithmic"),
)
INTEGER = st.one_of(
    st.builds(
        lambda low, more, scale: IntegerRange("x", low, low + more, scale),
        st.integers(-10_000, 10_000),
        st.integers(1, 10_000),
        st.sampled_from(["Linear", "Auto"]),
    ),
    st.builds(
        lambda low, more: IntegerRange("x", low, low + more, "Logarithmic"),
        st.integers(1, 10_000),
        st.integers(1, 10_000),
    ),
)


@given(CONTINUOUS, PLACES)
def test_a_continuous_value_lies_in_its_range(given_range: ContinuousRange, place: float) -> None:
    value = given_range.at(place)

    assert given_range.low <= float(value) <= given_range.high
    assert given_range.encode(value) == pytest.approx([place], abs=1e-3)


@given(INTEGER, PLACES)
def test_an_integer_is_one_and_lies_in_its_range(given_range: IntegerRange, place: float) -> None:
    value = given_range.at(place)

    assert str(int(value)) == value
    assert given_range.low <= int(value) <= given_range.high
    (encoded,) = given_range.encode(value)
    assert 0 < encoded < 1
    assert given_range.at(encoded) == value


@given(st.lists(st.text(max_size=5), min_size=1, max_size=30, unique=True), PLACES)
def test_a_category_is_one_of_them(values: list[str], place: float) -> None:
    given_range = CategoricalRange("x", tuple(values))

    value = given_range.at(place)

    encoded = given_range.encode(value)
    assert value in values
    assert (len(encoded), sum(encoded), encoded[values.index(value)]) == (len(values), 1.0, 1.0)


@pytest.mark.parametrize(
    ("given_range", "uniform"),
    [
        (ContinuousRange("x", -2, 6, "Linear"), lambda value: (value + 2) / 8),
        (ContinuousRange("x", 0.001, 1, "Logarithmic"), lambda value: math.log10(value) / 3 + 1),
        (ContinuousRange("x", 0.001, 1, "Auto"), lambda value: math.log10(value) / 3 + 1),
        (ContinuousRange("x", 0, 0.999, "ReverseLogarithmic"), lambda value: -math.log10(1 - value) / 3),
    ],
)
def test_draws_are_uniform_on_their_scale(given_range: Range, uniform: object) -> None:
    assert callable(uniform)

    drawn = np.sort([uniform(float(value)) for value in draws(given_range)])

    # The greatest distance between the two distribution functions, which 1 in 1000 such samples exceeds.
    distance = np.abs(drawn - (np.arange(DRAWS) + 0.5) / DRAWS).max()
    assert distance < 1.95 / math.sqrt(DRAWS)


def test_integers_have_equal_shares_of_their_scale() -> None:
    linear = draws(IntegerRange("x", 1, 4, "Linear"))
    logarithmic = np.array(draws(IntegerRange("x", 1, 1000, "Logarithmic")), dtype=int)

    assert [linear.count(str(number)) for number in (1, 2, 3, 4)] == pytest.approx([DRAWS / 4] * 4, rel=0.15)
    # From half a one below 1 to half a one above 1000
    for low, high in [(1, 9), (10, 99), (100, 999)]:
        share = math.log((high + 0.5) / (low - 0.5)) / math.log(1000.5 / 0.5)
        found = np.mean((logarithmic >= low) & (logarithmic <= high))
        assert found == pytest.approx(share, abs=0.04)


def test_a_space_encodes_its_values_in_order() -> None:
    space = Space(
        (ContinuousRange("a", 0, 4, "Linear"), CategoricalRange("b", ("u", "v")), IntegerRange("c", 0, 1))
    )

    values = space.at([0.25, 0.9, 0.1])

    assert values == {"a": "1.0", "b": "v", "c": "0"}
    assert space.encode(values) == [0.25, 0.0, 1.0, 0.25]


def draws(given_range: Range) -> list[str]:
    search = RandomSearch(Space((given_range,)), seed=7)
    found = [search.next([]) for _ in range(DRAWS)]
    return [each["x"] for each in found if each is not None]
