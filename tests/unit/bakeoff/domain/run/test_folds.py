"""Folds: every row is tested once, and what is said of a unit is what its own rows would say."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.planning.algorithms import MAX_CANDIDATES
from bakeoff.domain.planning.splits import BUCKETS, NAMES, split_by
from bakeoff.domain.run.folds import (
    MAX_FOLDS,
    MIN_FOLDS,
    fewer_folds,
    fold_offsets,
    fold_summaries,
    folds_of,
    share_of,
    unit_folds,
)

FOLDS = st.integers(MIN_FOLDS, MAX_FOLDS)
SPLIT = split_by(0.7, 0.15)
CLASSES = ("no", "yes")
# A row's bucket, its label as a number, and as the number of a class.
Row = tuple[int, float, int]
some_rows = st.lists(
    st.tuples(st.integers(0, BUCKETS - 1), st.floats(-1e6, 1e6, width=32), st.integers(0, 1)),
    max_size=60,
)
# At least one in each fold.
enough_rows = some_rows.map(lambda rows: [*rows, *((bucket, 1.0, 0) for bucket in range(0, BUCKETS, 50_000))])


def measured(rows: Sequence[Row]) -> dict[str, Any]:
    """What the Spark job says of rows, computed directly."""
    labels = [label for _, label, _ in rows]
    return {
        "count": len(labels),
        "mean": statistics.fmean(labels),
        "stddev": statistics.stdev(labels) if len(labels) > 1 else None,
        "min": min(labels),
        "max": max(labels),
    }


def counted(rows: Sequence[Row]) -> list[int]:
    return [sum(number == each for _, _, each in rows) for number in range(len(CLASSES))]


def summary_of(data: Sequence[Sequence[Row]]) -> Any:
    everything = {"train": [row for part in data[1:] for row in part], "validation": data[0], "test": []}
    return {
        "feature_dim": 2,
        "rows": {name: len(rows) for name, rows in everything.items()},
        "label": {name: measured(rows) for name, rows in everything.items() if name != "test"},
        "classes": [
            {"name": name, **{split: counted(rows)[number] for split, rows in everything.items()}}
            for number, name in enumerate(CLASSES)
        ],
        "folds": [{"rows": len(each), "label": measured(each), "classes": counted(each)} for each in data],
    }


def shared_out(rows: Sequence[Row], folds: int) -> list[list[Row]]:
    data: list[list[Row]] = [[] for _ in range(folds)]
    for row in rows:
        data[SPLIT.fold_of(row[0], folds)].append(row)
    return data


@given(FOLDS, st.integers(0, BUCKETS - 1))
def test_a_bucket_is_in_one_of_the_folds_which_follow_each_other(folds: int, bucket: int) -> None:
    fold = SPLIT.fold_of(bucket, folds)

    assert 0 <= fold < folds
    assert SPLIT.fold_of(max(0, bucket - 1), folds) in (fold, fold - 1)
    assert (SPLIT.fold_of(0, folds), SPLIT.fold_of(BUCKETS - 1, folds)) == (0, folds - 1)


@given(FOLDS)
def test_folds_are_of_one_size_to_within_a_bucket(folds: int) -> None:
    # The first bucket of each fold, and one after the last.
    starts = [-(-BUCKETS * fold // folds) for fold in range(folds + 1)]

    assert all(SPLIT.fold_of(start, folds) == fold for fold, start in enumerate(starts[:-1]))
    sizes = [end - start for start, end in pairwise(starts)]
    assert max(sizes) - min(sizes) <= 1


@given(FOLDS)
def test_every_data_fold_is_the_test_of_one_unit_and_the_validation_of_another(folds: int) -> None:
    units = [unit_folds(folds, fold) for fold in range(folds)]

    assert [unit.test for unit in units] == [*range(folds)]
    assert sorted(unit.validation for unit in units) == [*range(folds)]
    for unit in units:
        assert {*unit.train, unit.validation, unit.test} == {*range(folds)}
        assert len(unit.train) == folds - 2


@given(FOLDS)
def test_the_final_model_learns_from_all_rows_but_the_first_fold_s_which_validate_it(folds: int) -> None:
    final = unit_folds(folds, None)

    assert (final.train, final.validation, final.test) == (tuple(range(1, folds)), 0, None)


@given(some_rows, FOLDS)
def test_a_row_is_a_test_row_once_and_trains_nothing_that_it_tests(rows: list[Row], folds: int) -> None:
    data = shared_out(rows, folds)

    tested = [row for fold in range(folds) for row in data[unit_folds(folds, fold).test or 0]]

    assert sorted(tested) == sorted(rows)
    for fold in range(folds):
        unit = unit_folds(folds, fold)
        assert sum(len(data[each]) for each in (*unit.train, unit.validation, fold)) == len(rows)


@given(enough_rows, FOLDS)
def test_what_is_said_of_a_unit_is_what_its_rows_say(rows: list[Row], folds: int) -> None:
    data = shared_out(rows, folds)

    for fold, found in enumerate(fold_summaries(summary_of(data))):
        unit = unit_folds(folds, fold)
        parts = {
            "train": [row for each in unit.train for row in data[each]],
            "validation": data[unit.validation],
            "test": data[fold],
        }
        assert found["rows"] == {name: len(part) for name, part in parts.items()}
        for name in NAMES:
            expected = measured(parts[name])
            tolerance = 1e-9 * (1 + max(abs(row[1]) for row in rows))
            assert found["label"][name] == pytest.approx(expected, rel=1e-9, abs=tolerance)
            assert [each[name] for each in found["classes"]] == counted(parts[name])
        assert [each["name"] for each in found["classes"]] == [*CLASSES]
        assert "folds" not in found and found["feature_dim"] == 2


def test_a_unit_has_the_views_that_its_own_encoders_make() -> None:
    parts = [{"rows": 9, "views": {"csv": {"features": number}}} for number in (5, 6, 7)]
    summary: Any = {"rows": {}, "views": {"csv": {"features": 8}}, "folds": parts}

    assert [each["views"]["csv"]["features"] for each in fold_summaries(summary)] == [5, 6, 7]
    assert all("label" not in each and "classes" not in each for each in fold_summaries(summary))


def test_one_split_has_no_folds() -> None:
    plan: Any = {"split": SPLIT.as_dict()}
    summary: Any = {"rows": {"train": 7, "validation": 2, "test": 1}}

    assert (folds_of(plan), fold_summaries(summary)) == (0, [])
    plan["split"] = SPLIT.as_dict(5)
    assert folds_of(plan) == 5


@given(st.integers(1, 10**9), FOLDS)
def test_scored_rows_are_shared_evenly_and_the_rest_goes_to_the_first_folds(most: int, folds: int) -> None:
    shares = [share_of(most, folds, fold) for fold in range(folds)]

    assert sum(shares) == most
    assert shares == sorted(shares, reverse=True) and shares[0] - shares[-1] <= 1


def test_eleven_scored_rows_in_four_folds_are_three_three_three_and_two() -> None:
    assert [share_of(11, 4, fold) for fold in range(4)] == [3, 3, 3, 2]
    assert [share_of(0, 4, fold) for fold in range(4)] == [0] * 4


def test_rows_are_numbered_on_from_fold_to_fold() -> None:
    summary: Any = {"folds": [{"rows": 70}, {"rows": 50}, {"rows": 61}]}

    assert fold_offsets(summary) == [0, 70, 120]


@pytest.mark.parametrize(
    ("rows", "folds", "cure"),
    [
        (499, 10, "set folds to 4 or less, or upload more data"),
        (300, 10, "set folds to 3 or less, or upload more data"),
        (1000, 10, "set folds to 9 or less, or upload more data"),
        (299, 5, "upload more data, or compare on one split (folds: 0)"),
        (900, 3, "upload more data, or compare on one split (folds: 0)"),
    ],
)
def test_fewer_folds_are_told_where_they_would_do(rows: int, folds: int, cure: str) -> None:
    assert fewer_folds(rows, folds) == cure


def test_a_run_never_has_more_units_than_four_hundred() -> None:
    """What the workflow is tested with, and what its state holds the names of."""
    assert MAX_CANDIDATES * MAX_FOLDS == 400
