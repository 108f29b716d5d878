"""Which lines are rows, and how the data sets spell them."""

from __future__ import annotations

import gzip

import pytest
from pyspark.sql import SparkSession

from preparation.reasons import (
    COLUMNS,
    FEATURE,
    INDEX,
    LABEL,
    LARGE_FEATURE,
    LARGE_LABEL,
    ORDER,
    RANGE,
    ZERO,
)
from tests.integration.spark_job.job import Datasets, Job

LIBSVM_FAULTS = {
    "x 1:1 2:2": LABEL,
    "nan 1:1 2:2": LABEL,
    "1e999 1:1 2:2": LARGE_LABEL,
    "-1.9e19 1:1 2:2": LARGE_LABEL,
    "1:1 2:2": LABEL,
    "1 1:1 2:y": FEATURE,
    "1 1:1 2:": FEATURE,
    "1 1:inf 2:2": FEATURE,
    "1 1:1 2:-1e999": LARGE_FEATURE,
    "1 1:1 2:3.5e38": LARGE_FEATURE,
    "1 1:1d 2:2": FEATURE,
    "1 1:0x1p3": FEATURE,
    "1 0:1 1:2": ZERO,
    "1 -1:1 2:2": INDEX,
    "1 a:1 2:2": INDEX,
    "1 1.5:1 2:2": INDEX,
    "1 1 2": INDEX,
    "1 9999999999:1": INDEX,
    "1 2:2 1:1": ORDER,
    "1 1:1 1:2": ORDER,
    "1 1:1 3:3": RANGE,
}
CSV_FAULTS = {
    "x,1,2": LABEL,
    ",1,2": LABEL,
    "NaN,1,2": LABEL,
    "-1e999,1,2": LARGE_LABEL,
    "1e200,1,2": LARGE_LABEL,
    "1,,2": FEATURE,
    "1,1,": FEATURE,
    "1,1,Infinity": FEATURE,
    "1,1e999,2": LARGE_FEATURE,
    "1,1e39,2": LARGE_FEATURE,
    "1,1 2,3": FEATURE,
    '1,"1,2': COLUMNS,
    "1,2": COLUMNS,
    "1,2,3,4": COLUMNS,
    "1": COLUMNS,
    '1,"1,5",2': COLUMNS,
    "é ü 漢字": COLUMNS,
    "9" * 200_000: COLUMNS,
    "1,2,3," * 50_000: COLUMNS,
}


@pytest.fixture(scope="module")
def faulty(module_job: Job) -> Datasets:
    libsvm = module_job.libsvm("faulty.libsvm", "\n".join([*LIBSVM_FAULTS, "7 1:1 2:2"]))
    csv = module_job.csv("faulty.csv", "\n".join([*CSV_FAULTS, "8,1,2"]))
    return module_job.run(libsvm, csv)


def test_a_line_that_is_no_row_is_set_aside_with_its_reason_and_object(faulty: Datasets) -> None:
    expected = [("Inputs/faulty.libsvm", line, reason) for line, reason in LIBSVM_FAULTS.items()]
    expected += [("Inputs/faulty.csv", line, reason) for line, reason in CSV_FAULTS.items()]

    found = [(item["object"], item["line"], item["reason"]) for item in faulty.rejected]

    assert sorted(found) == sorted((f"s3://bucket/{key}", line, reason) for key, line, reason in expected)


def test_the_other_rows_of_a_faulty_file_are_kept(faulty: Datasets) -> None:
    assert sorted(faulty.all_rows()) == ["7,1,2", "8,1,2"]
    assert sorted(faulty.all_rows("libsvm")) == ["7 1:1 2:2", "8 1:1 2:2"]


def test_the_summary_counts_the_rejected_lines_by_reason(faulty: Datasets) -> None:
    reasons = [*LIBSVM_FAULTS.values(), *CSV_FAULTS.values()]

    rejected = faulty.summary["rejected"]

    assert rejected["total"] == len(reasons)
    assert rejected["reasons"] == {reason: reasons.count(reason) for reason in set(reasons)}
    assert len(rejected["examples"]) == 5
    assert all(len(example["line"]) <= 200 for example in rejected["examples"])
    assert all(set(example) == {"object", "line", "reason"} for example in rejected["examples"])


def test_numbers_may_be_spelled_loosely_and_are_written_so_that_all_can_read_them(job: Job) -> None:
    lines = [
        ' +5 , .5,"1.50"',
        "007,1.,\t-0",
        "1e5,0.10,1E+3",
        "12345678901234567890,1e-320,0.1234567890123456789",
    ]

    datasets = job.run(job.csv("loose.csv", "\n".join(lines)))

    assert datasets.rejected == []
    assert sorted(datasets.all_rows()) == sorted(["5.0,0.5,1.50", "7.0,1.0,-0", "1e5,0.10,1E+3", lines[3]])


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_marks_line_ends_headers_and_blank_lines_are_no_rows(job: Job, delimiter: str) -> None:
    header = delimiter.join(["rings", "size", "weight"])
    lines = [header, delimiter.join("123"), "", "   ", delimiter.join("456") + "  "]
    text = "\ufeff" + "\r\n".join(lines) + "\r\n"

    plain = job.csv("plain.csv", text, delimiter, header)
    packed = job.csv("packed.csv.gz", gzip.compress(text.encode()), delimiter, header)
    datasets = job.run(plain, packed)

    assert sorted(datasets.all_rows()) == ["1,2,3", "1,2,3", "4,5,6", "4,5,6"]
    assert datasets.rejected == []


def test_a_sparse_row_is_filled_in_csv_and_kept_as_it_is_in_libsvm(job: Job) -> None:
    lines = ["1 2:5 4:7", "2", "3  1:1\t6:6 ", "4 003:0 5:+1"]

    datasets = job.run(job.libsvm("sparse.libsvm", "\n".join(lines)), feature_dim=6)

    assert sorted(datasets.all_rows()) == [
        "1,0,5,0,7,0,0",
        "2,0,0,0,0,0,0",
        "3,1,0,0,0,0,6",
        "4,0,0,0,0,1.0,0",
    ]
    assert sorted(datasets.all_rows("libsvm")) == ["1 2:5 4:7", "2", "3 1:1 6:6", "4 3:0 5:1.0"]


def test_a_line_that_is_no_utf_8_is_rejected_beside_a_plain_row(job: Job) -> None:
    # Java replaces such bytes, so that a line which nothing was found in is another line afterwards.
    lines = [b"1 1:1 2:2", b"1 1:1 2:\xff", b"\xe2 1:1 2:2", b"1,1,2\xed\xa0\x80", "1 1:1 2:\ufffd".encode()]

    datasets = job.run(job.libsvm("bytes.libsvm", b"\n".join(lines)))

    assert datasets.all_rows() == ["1,1,2"]
    assert len(datasets.rejected) == len(lines) - 1


def test_a_comment_that_looks_like_a_row_without_its_first_column_is_no_row(job: Job) -> None:
    item = job.csv("left-out.csv", "#1,2,3,4\na,5,6,7\n") | {"columns": [1, 2, 3], "width": 4}

    datasets = job.run(item)

    assert (datasets.all_rows(), datasets.rejected) == (["5,6,7"], [])


@pytest.mark.parametrize("feature_dim", [500, 2_000])
def test_wide_rows_are_rows(job: Job, feature_dim: int) -> None:
    values = [f"-{i}.125e-3" for i in range(feature_dim)]
    libsvm = "1 " + " ".join(f"{i}:{value}" for i, value in enumerate(values, 1))
    csv = ",".join(["1", *values])

    datasets = job.run(job.libsvm("wide.libsvm", libsvm), job.csv("wide.csv", csv), feature_dim=feature_dim)

    assert datasets.all_rows() == [csv, csv]
    assert datasets.all_rows("libsvm") == [libsvm, libsvm]


def test_a_plan_without_libsvm_gets_csv_only(job: Job) -> None:
    datasets = job.run(job.libsvm("one.libsvm", "1 1:1 2:2"), formats=["csv"])

    assert datasets.all_rows() == ["1,1,2"]
    assert not (datasets.root / "libsvm").exists()


def test_the_summary_shows_the_least_line_of_a_reason(job: Job) -> None:
    lines = ["x,1,2", "q,1,2", "a \\ \u2028\u00e9\t\x01,1,2", "z,1,2", '"1",1,"2",3', "1,2,3"]

    rejected = job.run(job.csv("a.csv", "\n".join(lines))).summary["rejected"]

    assert rejected["reasons"] == {LABEL: 4, COLUMNS: 1}
    assert [example["line"] for example in rejected["examples"]] == [lines[2], lines[4]]


def test_the_data_are_read_once(job: Job, spark: SparkSession) -> None:
    # Spark numbers its jobs: what a run adds is one job for the write, whatever the number of outputs. (Only
    # where lines were rejected, the summary's part on them is read from rejected/.)
    tracker = spark.sparkContext.statusTracker()
    spark.sparkContext.setJobGroup("one-scan", "count the jobs of a run")
    inputs = [job.libsvm("a.libsvm", "1 1:1 2:2\n# no row"), job.csv("b.csv", '1,2,3\n"1",+2,3')]

    job.run(*inputs)

    assert len(tracker.getJobIdsForGroup("one-scan")) == 1
