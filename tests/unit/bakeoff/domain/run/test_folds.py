"""Folds: every row is tested once, and what is said of a unit is what its own rows would say."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.planning.algorithms import MAX_CANDIDATES
from bakeoff.domain.planning.splits import BUCKETS, NAMES, split_by
from bakeoff.domain.run.folds import (
    CUT_FOLDS,
    MAX_FOLDS,
    MIN_FOLDS,
    UnitParts,
    chance_of_full_folds,
    counted_parts,
    fewer_folds,
    fold_offsets,
    fold_summaries,
    folds_of,
    part_names,
    share_of,
    unit_parts,
)

FOLDS = st.integers(MIN_FOLDS, MAX_FOLDS)
UNCUT = st.integers(CUT_FOLDS + 1, MAX_FOLDS)
SPLIT = split_by(0.7, 0.15)
CLASSES = ("no", "yes")
# A row's bucket, its label as a number, and as the number of a class.
Row = tuple[int, float, int]
some_rows = st.lists(
    st.tuples(st.integers(0, BUCKETS - 1), st.floats(-1e6, 1e6, width=32), st.integers(0, 1)),
    max_size=60,
)
# At least one in each fold and each of its parts.
enough_rows = some_rows.map(lambda rows: [*rows, *((bucket, 1.0, 0) for bucket in range(0, BUCKETS, 20_000))])


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


def said_of(rows: Sequence[Row]) -> Any:
    return {"rows": len(rows), "label": measured(rows), "classes": counted(rows)}


def summary_of(rows: Sequence[Row], folds: int) -> Any:
    parts = dealt(rows, folds)
    final = unit_parts(folds, None)
    everything = {split: [row for part in read for row in parts[part]] for split, read in splits_of(final)}
    cut = [list(unit_parts(folds, fold).test) for fold in range(folds)]
    return {
        "feature_dim": 2,
        "rows": {name: len(rows) for name, rows in everything.items()},
        "label": {name: measured(rows) for name, rows in everything.items() if name != "test"},
        "classes": [
            {"name": name, **{split: counted(rows)[number] for split, rows in everything.items()}}
            for number, name in enumerate(CLASSES)
        ],
        "folds": [
            {
                **said_of([row for part in own for row in parts[part]]),
                **({"parts": [said_of(parts[part]) for part in own]} if len(own) > 1 else {}),
            }
            for own in cut
        ],
    }


def splits_of(unit: UnitParts) -> list[tuple[str, tuple[int, ...]]]:
    return [("train", unit.train), ("validation", unit.validation), ("test", unit.test)]


def dealt(rows: Sequence[Row], folds: int) -> list[list[Row]]:
    """By part."""
    parts: list[list[Row]] = [[] for _ in part_names(folds)]
    for row in rows:
        parts[SPLIT.part_of(row[0], folds)].append(row)
    return parts


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


@given(UNCUT)
def test_every_data_fold_is_the_test_of_one_unit_and_the_validation_of_another(folds: int) -> None:
    units = [unit_parts(folds, fold) for fold in range(folds)]

    assert part_names(folds) == [f"fold-{fold}" for fold in range(folds)]
    assert [unit.test for unit in units] == [(fold,) for fold in range(folds)]
    assert sorted(unit.validation for unit in units) == [(fold,) for fold in range(folds)]
    for unit in units:
        assert {*unit.train, *unit.validation, *unit.test} == {*range(folds)}
        assert len(unit.train) == folds - 2


@given(UNCUT)
def test_the_final_model_learns_from_all_rows_but_the_first_fold_s_which_validate_it(folds: int) -> None:
    assert unit_parts(folds, None) == UnitParts(tuple(range(1, folds)), (0,), ())


def test_of_two_folds_one_tests_and_the_other_is_cut_into_what_trains_and_what_validates() -> None:
    assert part_names(2) == ["fold-0-train", "fold-0-validation", "fold-1-train", "fold-1-validation"]
    assert unit_parts(2, 0) == UnitParts(train=(2,), validation=(3,), test=(0, 1))
    assert unit_parts(2, 1) == UnitParts(train=(0,), validation=(1,), test=(2, 3))
    assert unit_parts(2, None) == UnitParts(train=(0, 2, 3), validation=(1,), test=())


def test_of_two_folds_training_and_validation_keep_the_ratio_of_one_split() -> None:
    """70 : 15 of one split; a hash's buckets are of one size."""
    sizes = [0, 0, 0, 0]
    for bucket in range(0, BUCKETS, 10):
        sizes[SPLIT.part_of(bucket, 2)] += 1

    assert sizes == [41_177, 8_823, 41_177, 8_823]
    assert sizes[0] / (sizes[0] + sizes[1]) == pytest.approx(0.7 / 0.85, abs=1e-4)


@given(st.integers(0, BUCKETS - 1), FOLDS, st.floats(0.1, 0.8), st.floats(0.05, 0.15))
def test_a_bucket_is_in_a_part_of_its_fold(bucket: int, folds: int, train: float, validation: float) -> None:
    split = split_by(train, validation)

    part = split.part_of(bucket, folds)

    assert part_names(folds)[part].startswith(f"fold-{split.fold_of(bucket, folds)}")


@given(some_rows, FOLDS)
def test_a_row_is_a_test_row_once_and_trains_nothing_that_it_tests(rows: list[Row], folds: int) -> None:
    data = dealt(rows, folds)
    units = [unit_parts(folds, fold) for fold in range(folds)]

    tested = [row for unit in units for part in unit.test for row in data[part]]

    assert sorted(tested) == sorted(rows)
    for unit in [*units, unit_parts(folds, None)]:
        read = [*unit.train, *unit.validation, *unit.test]
        assert sorted(read) == [*range(len(data))]


@given(enough_rows, FOLDS)
def test_what_is_said_of_a_unit_is_what_its_rows_say(rows: list[Row], folds: int) -> None:
    data = dealt(rows, folds)

    assert [each["rows"] for each in counted_parts(summary_of(rows, folds))] == [*map(len, data)]
    for fold, found in enumerate(fold_summaries(summary_of(rows, folds))):
        unit = unit_parts(folds, fold)
        parts = {split: [row for part in read for row in data[part]] for split, read in splits_of(unit)}
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


@pytest.mark.parametrize(
    ("rows", "folds", "least", "most"),
    [(500, 10, 0.0, 0.01), (560, 10, 0.05, 0.3), (750, 10, 0.97, 1.0), (499, 10, 0.0, 0.0), (9, 0, 1.0, 1.0)],
)
def test_the_chance_of_full_folds_is_about_that_of_shuffled_rows_and_no_smaller(
    rows: int, folds: int, least: float, most: float
) -> None:
    chance = chance_of_full_folds(rows, folds)

    assert least <= chance <= most
    if folds:
        draw = np.random.default_rng(7)
        sizes = draw.multinomial(rows, [1 / folds] * folds, 4000)
        share = float((sizes.min(axis=1) >= 50).mean())
        assert share - 0.02 <= chance <= 2 * share + 0.02


def test_a_run_never_has_more_units_than_four_hundred() -> None:
    """What the workflow is tested with, and what its state holds the names of."""
    assert MAX_CANDIDATES * MAX_FOLDS == 400
