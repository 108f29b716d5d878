"""The data folds of a plain table: each row in one of them, each of them written once."""

from __future__ import annotations

import json
import math
import random
import statistics
from collections import Counter

import pytest

from tests.integration.spark_job.job import SPLIT, Datasets, Job

FOLDS = 5
FOLDED = SPLIT | {"folds": FOLDS}
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
