"""Hostile files: one job over all of them, because each job takes a second."""

from __future__ import annotations

import gzip
import random

import pytest

from preparation.lines import LONGEST_LINE
from preparation.reasons import LENGTH
from tests.integration.spark_job.job import Datasets, Job

LONG = {
    "100-megabytes.csv": b"1," * (100 << 19),
    "digits.csv": b"9" * (8 << 20),
    "entries.libsvm": b"1 " + b"1:1 " * (8 << 18),
}
FORMULAS = ["=cmd|'/C calc'!A0,1,2", "@SUM(1),1,2", "+1+1,1,2", "-1-1,1,2", "<script>alert(1)</script>,1,2"]


def noise(seed: int) -> bytes:
    """Lines of bytes that are no text, with the characters that tables are made of in between."""
    chance = random.Random(seed)
    alphabet = bytes(range(256)) + b"0123456789.,:; eE+-\t\r\n" * 20
    return bytes(chance.choices(alphabet, k=20_000))


@pytest.fixture(scope="module")
def hostile(module_job: Job) -> Datasets:
    files = module_job
    inputs = [files.csv("good.csv", "7,1,2\n"), files.libsvm("good.libsvm", "8 1:1 2:2\n")]
    for name, line in LONG.items():
        row, write = (b"1,1,2\n", files.csv) if name.endswith(".csv") else (b"1 1:1 2:2\n", files.libsvm)
        content = row + line + b"\n"
        inputs += [write(name, content), write(f"{name}.gz", gzip.compress(content[: 8 << 20], 1))]
    inputs += [files.csv("formulas.csv", "\n".join(FORMULAS))]
    inputs += [files.csv("members.csv.gz", gzip.compress(b"") * 1000 + gzip.compress(b"5,5,5\n"))]
    inputs += [write(f"noise-{n}", noise(n)) for n, write in enumerate([files.csv, files.libsvm] * 3)]
    return module_job.run(*inputs)


def test_a_line_of_100_megabytes_is_a_rejected_line_of_which_an_excerpt_is_kept(hostile: Datasets) -> None:
    rejected = [item for item in hostile.rejected if item["reason"] == LENGTH]

    names = [f"s3://bucket/Inputs/{name}{suffix}" for name in LONG for suffix in ("", ".gz")]
    assert sorted(item["object"] for item in rejected) == sorted(names)
    assert all(len(item["line"]) == 1000 for item in rejected)


def test_whatever_else_the_files_hold_the_good_rows_are_kept(hostile: Datasets) -> None:
    rows = hostile.all_rows()

    assert {"7,1,2", "8,1,2", "5,5,5"} <= set(rows)
    assert rows.count("1,1,2") == 2 * len(LONG)


def test_the_data_sets_hold_numbers_only(hostile: Datasets) -> None:
    for row in hostile.all_rows():
        assert len([float(field) for field in row.split(",")]) == 3


def test_nothing_is_lost(hostile: Datasets) -> None:
    assert len(hostile.rejected) == hostile.summary["rejected"]["total"]
    assert set(FORMULAS) <= {item["line"] for item in hostile.rejected}


def test_a_line_of_the_longest_length_is_judged_by_what_it_says(job: Job) -> None:
    padded = b"1,1," + b"0" * (LONGEST_LINE - 5) + b"2"

    datasets = job.run(job.csv("longest.csv", padded + b"\n" + padded + b"2\n"))

    assert len(datasets.all_rows()) == 1
    assert datasets.summary["rejected"]["reasons"] == {LENGTH: 1}
