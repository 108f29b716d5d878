"""A row's split depends on nothing but the row."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from bakeoff.domain.reading.lines import is_skipped
from preparation.plan import SPLITS
from tests.integration.spark_job.job import Job

Row = tuple[float, float, float]

# Few examples of many rows each: a run of Spark costs the same for one row as for a thousand.
BATCHED = settings(
    max_examples=4,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NUMBERS = st.floats(-1e19, 1e19) | st.integers(-9, 9).map(float)
ROWS = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=40, max_size=120, unique_by=repr)


def as_csv(row: Row) -> str:
    return ",".join(map(json.dumps, row))


def as_libsvm(row: Row) -> str:
    label, *features = map(json.dumps, row)
    return " ".join([label, *(f"{i}:{feature}" for i, feature in enumerate(features, 1))])


@BATCHED
@given(rows=ROWS, more=ROWS, seed=st.randoms(use_true_random=False))
def test_a_row_keeps_its_split_as_data_grow_in_any_order_and_in_either_format(
    job: Job, rows: list[Row], more: list[Row], seed: random.Random
) -> None:
    # Given a run on some rows, and one on those and more, shuffled and in the other format
    grown = [*rows, *more]
    seed.shuffle(grown)
    small = job.run(job.csv("rows.csv", "\n".join(map(as_csv, rows))), to="small")
    large = job.run(job.libsvm("rows.libsvm", "\n".join(map(as_libsvm, grown))), to="large")

    # Then every row is in exactly one split, none is lost, and none has moved
    before, after = small.split_of_rows(), large.split_of_rows()
    assert Counter(small.all_rows()) == Counter(map(as_csv, rows))
    assert Counter(large.all_rows()) == Counter(map(as_csv, grown))
    assert all(len(splits) == 1 for splits in after.values())
    assert all(before[row] == after[row] for row in before)


@BATCHED
@given(rows=ROWS, junk=st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), max_size=60))
def test_every_line_is_a_row_or_is_rejected_with_a_reason(job: Job, rows: list[Row], junk: list[str]) -> None:
    lines = [*map(as_csv, rows), *junk]

    datasets = job.run(job.csv("rows.csv", "\n".join(lines)))

    written = [line.rstrip(" ") for line in lines if not is_skipped(line.rstrip(" "), ",")]
    rejected = datasets.rejected
    assert len(datasets.all_rows()) + len(rejected) == len(written)
    assert Counter(item["line"] for item in rejected) <= Counter(written)
    assert all(item["reason"] for item in rejected)
    assert datasets.summary["rejected"]["total"] == len(rejected)
    assert datasets.summary["rows"] == {split: len(datasets.rows("csv", split)) for split in SPLITS}


def test_equal_numbers_share_a_split_however_they_are_spelled(job: Job) -> None:
    spellings = [
        f"{label},{zero},0.5" for label in ("1", "1.0", "+1", "10e-1", '"1"') for zero in ("0", "-0", "0.0")
    ]

    datasets = job.run(job.csv("spelled.csv", "\n".join(spellings)), job.libsvm("sparse.libsvm", "1 2:.5"))

    assert len({split for splits in datasets.split_of_rows().values() for split in splits}) == 1
    assert len(datasets.all_rows()) == len(spellings) + 1


def test_the_split_is_the_documented_hash(job: Job, spark: SparkSession, abalone: Path) -> None:
    # Given the contract, spelled out column by column
    rows = [line.split() for line in dict.fromkeys(abalone.read_text().splitlines())][:300]
    csv = [",".join([label, *(entry.split(":")[1] for entry in entries)]) for label, *entries in rows]
    doubles = [f"{value}D" for value in ",".join(csv).split(",")]
    width = len(rows[0])
    tuples = ("(" + ",".join(doubles[i : i + width]) + ")" for i in range(0, len(doubles), width))
    columns = [f"c{i}" for i in range(width)]
    table = f"VALUES {','.join(tuples)} AS t({','.join(columns)})"
    bucket = f"pmod(xxhash64('bakeoff', {','.join(columns)}), 1000000)"
    spark.sql(f"SELECT string({bucket}) FROM {table}").coalesce(1).write.text(str(job.folder / "buckets"))
    buckets = next((job.folder / "buckets").glob("part-*")).read_text().split()

    # When the job splits the same rows
    datasets = job.run(job.libsvm("abalone.libsvm", "\n".join(map(" ".join, rows))), feature_dim=width - 1)

    # Then each row is where its bucket says
    expected = [
        "train" if b < 700_000 else "validation" if b < 850_000 else "test" for b in map(int, buckets)
    ]
    assert datasets.split_of_rows() == {row: {split} for row, split in zip(csv, expected, strict=True)}


def test_the_split_never_changes_from_one_release_to_the_next(job: Job) -> None:
    rows = [f"{i},{i}.5,-{i}" for i in range(12)]

    datasets = job.run(job.csv("rows.csv", "\n".join(rows)))

    assert datasets.rows("csv", "validation") == [rows[4]]
    assert datasets.rows("csv", "test") == [rows[2]]
    assert datasets.rows("csv", "train") == [rows[i] for i in range(12) if i not in (2, 4)]


def test_another_salt_is_another_split(job: Job) -> None:
    rows = job.csv("rows.csv", "\n".join(f"{i},{i},{i}" for i in range(100)))
    cuts = {"buckets": 1000, "train_below": 500, "validation_below": 750}

    first, second = (job.run(rows, to=salt, split={"salt": salt, **cuts}) for salt in ("a", "b"))

    assert first.split_of_rows() != second.split_of_rows()
    assert 30 <= len(first.rows("csv", "train")) <= 70
