"""The data folds of a plain table: each row in one of them, each of them written once."""

from __future__ import annotations

import json
import math
import random
import statistics
from collections import Counter

import pytest

from preparation.plan import part_names
from tests.integration.spark_job.job import SPLIT, Datasets, Job

FOLDS = 5
FOLDED, IN_TWO = SPLIT | {"folds": FOLDS}, SPLIT | {"folds": 2}
LEFTOVERS = ("csv/train/part-old", "csv/fold-9-part-old", "libsvm/test/part-old", "fold-9/encoding.json")


def random_rows(seed: int, count: int) -> list[list[float]]:
    chance = random.Random(seed)
    return [[chance.gauss(3, 1e3), float(chance.randrange(9)), chance.uniform(-1, 1)] for _ in range(count)]


ROWS, MORE = random_rows(1, 400), random_rows(2, 400)


def as_csv(row: list[float]) -> str:
    return ",".join(map(json.dumps, row))


def as_libsvm(row: list[float]) -> str:
    label, *features = map(json.dumps, row)
    return " ".join([label, *(f"{i}:{feature}" for i, feature in enumerate(features, 1))])


def folds_of(datasets: Datasets, form: str = "csv") -> dict[str, int]:
    return {row: fold for fold in range(FOLDS) for row in datasets.fold(form, fold)}


@pytest.fixture(scope="module")
def folded(module_job: Job) -> Datasets:
    """Where an attempt has left files of every layout."""
    for leftover in LEFTOVERS:
        path = module_job.folder / "datasets" / leftover
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("left by an attempt that failed\n")
    lines = [*map(as_csv, ROWS), "x,1,2"]
    return module_job.run(module_job.csv("rows.csv", "\n".join(lines)), split=FOLDED)


def test_each_row_is_in_one_fold_and_each_fold_lies_flat_beside_the_others(folded: Datasets) -> None:
    for form, spelled in (("csv", as_csv), ("libsvm", as_libsvm)):
        rows = [row for fold in range(FOLDS) for row in folded.fold(form, fold)]
        assert Counter(rows) == Counter(map(spelled, ROWS))
        assert all(path.is_file() for path in (folded.root / form).iterdir())
    assert folded.tree() == {"csv/fold", "libsvm/fold", "rejected/part", "summary.json"}
    assert {path.name for path in folded.root.iterdir()} == {"csv", "libsvm", "rejected", "summary.json"}
    assert [line["line"] for line in folded.rejected] == ["x,1,2"]


def test_a_fold_has_the_same_rows_in_the_same_order_in_each_format(folded: Datasets) -> None:
    by_csv = {as_csv(row): as_libsvm(row) for row in ROWS}

    for fold in range(FOLDS):
        assert [by_csv[row] for row in folded.fold("csv", fold)] == folded.fold("libsvm", fold)


def test_the_summary_counts_each_fold_and_describes_the_unit_whose_model_is_kept(folded: Datasets) -> None:
    summary = folded.summary
    labels = [[float(row.split(",")[0]) for row in folded.fold("csv", fold)] for fold in range(FOLDS)]
    final = {"train": [label for fold in labels[1:] for label in fold], "validation": labels[0]}

    assert [fold["rows"] for fold in summary["folds"]] == [len(fold) for fold in labels]
    assert min(map(len, labels)) > 50
    described = [fold["label"] for fold in summary["folds"]] + [summary["label"][name] for name in final]
    for found, values in zip(described, [*labels, *final.values()], strict=True):
        exact = {
            "count": len(values),
            "mean": math.fsum(values) / len(values),
            "stddev": statistics.stdev(values),
            "min": min(values),
            "max": max(values),
        }
        assert found == pytest.approx(exact, rel=1e-11)
    assert summary["rows"] == {**{name: len(values) for name, values in final.items()}, "test": 0}
    assert summary["label"].keys() == final.keys()
    assert summary["rejected"]["total"] == 1


def test_a_row_keeps_its_fold_as_data_grow_in_any_order_and_in_either_format(
    folded: Datasets, module_job: Job
) -> None:
    grown = [*ROWS, *MORE]
    random.Random(3).shuffle(grown)
    lines = module_job.libsvm("grown.libsvm", "\n".join(map(as_libsvm, grown)))
    large = folds_of(module_job.run(lines, to="grown", split=FOLDED))

    small = folds_of(folded)
    assert len(large) == len(grown)
    assert {row: large[row] for row in small} == small


def test_folds_are_shares_of_the_buckets_and_a_second_attempt_gives_the_same_bytes(
    folded: Datasets, module_job: Job
) -> None:
    # Given a run of one split whose bounds are those of the first folds
    share = SPLIT["buckets"] // FOLDS
    bounds = SPLIT | {"train_below": share, "validation_below": 2 * share}
    rows = module_job.csv("rows.csv", "\n".join([*map(as_csv, ROWS), "x,1,2"]))
    one = module_job.run(rows, to="again", split=bounds)
    split = {name: one.rows("csv", name) for name in ("train", "validation", "test")}

    # When it is prepared anew with folds
    again = module_job.run(rows, to="again", split=FOLDED)

    # Then these are the first folds, and nothing is left of the splits
    assert [folded.fold("csv", 0), folded.fold("csv", 1)] == [split["train"], split["validation"]]
    rest = Counter(row for fold in range(2, FOLDS) for row in folded.fold("csv", fold))
    assert rest == Counter(split["test"])
    assert contents(again) == contents(folded)


def contents(datasets: Datasets) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    for path in sorted(path for path in datasets.root.rglob("*") if path.is_file()):
        name = str(path.relative_to(datasets.root)).partition("part-")[0]
        found.setdefault(name, []).append(path.read_bytes())
    return found


def parts_of_two(datasets: Datasets, form: str = "csv") -> dict[str, list[str]]:
    return {name: datasets.lines(f"{form}/{name}-") for name in part_names(2)}


@pytest.fixture(scope="module")
def in_two(module_job: Job) -> Datasets:
    lines = [*map(as_csv, ROWS), "x,1,2"]
    return module_job.run(module_job.csv("rows.csv", "\n".join(lines)), to="two", split=IN_TWO)


def test_of_two_folds_each_part_is_written_once_and_counted(in_two: Datasets) -> None:
    by_csv = {as_csv(row): as_libsvm(row) for row in ROWS}
    parts = parts_of_two(in_two)

    assert Counter(row for rows in parts.values() for row in rows) == Counter(list(by_csv))
    assert {name: [by_csv[row] for row in rows] for name, rows in parts.items()} == parts_of_two(
        in_two, "libsvm"
    )
    assert {path.name for path in in_two.root.iterdir()} == {"csv", "libsvm", "rejected", "summary.json"}
    counts = [len(rows) for rows in parts.values()]
    summary = in_two.summary
    assert [part["rows"] for fold in summary["folds"] for part in fold["parts"]] == counts
    assert [fold["rows"] for fold in summary["folds"]] == [counts[0] + counts[1], counts[2] + counts[3]]
    assert summary["rows"] == {"train": len(ROWS) - counts[1], "validation": counts[1], "test": 0}


def test_of_two_folds_each_row_keeps_its_part_as_data_grow_which_its_bucket_tells(
    in_two: Datasets, module_job: Job
) -> None:
    # Given a run of one split whose bounds are those of the first fold's two parts
    first = round(SPLIT["buckets"] * SPLIT["train_below"] / SPLIT["validation_below"] / 2)
    bounds = SPLIT | {"train_below": first, "validation_below": SPLIT["buckets"] // 2}
    rows = module_job.csv("rows.csv", "\n".join(map(as_csv, ROWS)))
    one = module_job.run(rows, to="bounds", split=bounds)

    # When more rows come, in another order and format
    grown = [*ROWS, *MORE]
    random.Random(4).shuffle(grown)
    lines = module_job.libsvm("grown.libsvm", "\n".join(map(as_libsvm, grown)))
    large = parts_of_two(module_job.run(lines, to="grown", split=IN_TWO))

    # Then each row is where it was, and the first fold is the first half of the buckets
    small = parts_of_two(in_two)
    assert all(set(rows) <= set(large[name]) for name, rows in small.items())
    assert [small["fold-0-train"], small["fold-0-validation"]] == [
        one.rows("csv", "train"),
        one.rows("csv", "validation"),
    ]
    second = Counter([*small["fold-1-train"], *small["fold-1-validation"]])
    assert second == Counter(one.rows("csv", "test"))
