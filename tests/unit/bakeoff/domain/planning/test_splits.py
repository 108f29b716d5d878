from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bakeoff.domain.errors import ConfigurationError
from bakeoff.domain.planning.splits import BUCKETS, NAMES, SALT, split_by

fractions = st.floats(min_value=0.001, max_value=0.99)


@given(fractions, fractions, st.integers(0, BUCKETS - 1))
def test_every_bucket_has_one_split(train: float, validation: float, bucket: int) -> None:
    assume(train + validation < 0.999)
    split = split_by(train, validation)

    expected = [
        name
        for name, low, high in (
            ("train", 0, split.train_below),
            ("validation", split.train_below, split.validation_below),
            ("test", split.validation_below, BUCKETS),
        )
        if low <= bucket < high
    ]
    assert [split.name_of(bucket)] == expected


@given(fractions, fractions)
def test_fractions_are_kept_to_within_one_bucket(train: float, validation: float) -> None:
    assume(train + validation < 0.999)
    split = split_by(train, validation)

    assert abs(split.train_below - train * BUCKETS) <= 1
    assert abs(split.validation_below - split.train_below - validation * BUCKETS) <= 1
    assert {split.name_of(0), split.name_of(split.train_below), split.name_of(BUCKETS - 1)} == set(NAMES)


def test_all_buckets_together_follow_the_fractions() -> None:
    split = split_by(0.7, 0.15)

    counts = Counter(split.name_of(bucket) for bucket in range(BUCKETS))

    assert counts == {"train": 700_000, "validation": 150_000, "test": 150_000}


@pytest.mark.parametrize(
    ("train", "validation"), [(0.9, 0.1), (0.7, 0.4), (0.0, 0.5), (0.5, 0.0), (-0.1, 0.5), (1.0, 0.0000001)]
)
def test_fractions_that_leave_a_split_empty_are_refused(train: float, validation: float) -> None:
    with pytest.raises(ConfigurationError, match=r"must be positive and leave something for the test"):
        split_by(train, validation)


def test_the_plan_holds_what_the_spark_job_needs() -> None:
    assert split_by(0.7, 0.15).as_dict() == {
        "salt": SALT,
        "buckets": BUCKETS,
        "train_below": 700_000,
        "validation_below": 850_000,
    }
