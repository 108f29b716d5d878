"""Where the job reads and writes, whatever the names."""

from __future__ import annotations

import filecmp
from pathlib import Path

import pytest

from preparation.failures import JobError
from preparation.plan import SPLITS
from tests.integration.spark_job.job import Datasets, Job

ODD_NAME = "a b/ü+é/100%/%41&=x;y,.csv"
EVERYTHING = {f"{form}/{split}/part" for form in ("csv", "libsvm") for split in SPLITS} | {
    "rejected/part",
    "summary.json",
}


def libsvm_rows(count: int) -> str:
    return "".join(f"{i} 1:{i / 7} 2:{i % 5}\n" for i in range(count))


def contents(datasets: Datasets) -> dict[str, list[str]]:
    splits = {f"{form}/{split}": datasets.rows(form, split) for form in ("csv", "libsvm") for split in SPLITS}
    return splits | {"summary": (datasets.root / "summary.json").read_text().splitlines()}


def test_the_layout_holds_data_files_and_the_summary_and_nothing_else(job: Job) -> None:
    datasets = job.run(job.libsvm("rows.libsvm", libsvm_rows(500) + "x\n"))

    assert datasets.tree() == EVERYTHING
    assert not [path for path in datasets.root.rglob("part-*") if not path.stat().st_size]
    assert {path.name for path in datasets.root.iterdir()} == {"csv", "libsvm", "rejected", "summary.json"}


def test_every_row_of_real_data_arrives(job: Job, abalone: Path) -> None:
    datasets = job.run(job.libsvm("abalone.libsvm", abalone.read_text()), feature_dim=8)

    assert sorted(datasets.all_rows("libsvm")) == sorted(abalone.read_text().splitlines())
    assert sum(datasets.summary["rows"].values()) == len(abalone.read_text().splitlines())


def test_an_empty_split_has_no_files(job: Job) -> None:
    datasets = job.run(job.libsvm("row.libsvm", "1 1:1 2:2"))

    assert len(datasets.tree()) == len({"csv", "libsvm", "summary.json"})


def test_input_without_any_row_is_summed_up_all_the_same(job: Job) -> None:
    datasets = job.run(job.csv("none.csv", "a,b,c\n\n", header="a,b,c"))

    assert datasets.tree() == {"summary.json"}
    assert datasets.summary["rows"] == {"train": 0, "validation": 0, "test": 0}
    assert datasets.summary["label"]["train"]["mean"] is None


def test_a_second_attempt_replaces_what_the_first_one_left(job: Job) -> None:
    for leftover in (
        "csv/train/part-old",
        "rejected/part-old",
        "_staging/output=csv-train/part-old",
        "summary.json",
    ):
        path = job.folder / "datasets" / leftover
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("left by an attempt that failed\n")
    neighbour = job.folder / "datasets" / "neighbour.txt"
    neighbour.write_text("not the job's")

    datasets = job.run(job.libsvm("rows.libsvm", libsvm_rows(100)))

    assert len(datasets.all_rows()) == 100
    assert datasets.rejected == []
    assert "rejected/part" not in datasets.tree()
    assert "left by" not in "".join(path.read_text() for path in datasets.root.rglob("*") if path.is_file())
    assert neighbour.exists()


def test_the_same_plan_gives_the_same_bytes(job: Job) -> None:
    inputs = [job.libsvm("a.libsvm", libsvm_rows(300)), job.libsvm("b.libsvm", libsvm_rows(200) + "x\ny\n")]

    first, second = job.run(*inputs, to="first"), job.run(*inputs, to="second")

    assert contents(first) == contents(second)
    assert first.rejected == second.rejected
    for split in SPLITS:
        one, two = (sorted((run.root / "csv" / split).iterdir()) for run in (first, second))
        assert all(filecmp.cmp(a, b, shallow=False) for a, b in zip(one, two, strict=True))


def test_names_are_taken_as_they_are(job: Job) -> None:
    odd = job.csv(ODD_NAME, "1,2,3\nx,2,3")

    datasets = job.run(odd, to="run 1/%41+ü")

    assert datasets.all_rows() == ["1,2,3"]
    assert [item["object"] for item in datasets.rejected] == [f"s3://bucket/Inputs/{ODD_NAME}"]
    assert datasets.summary["rejected"]["examples"] == datasets.rejected


@pytest.mark.parametrize("change", ["gone", "grown"])
def test_an_input_that_is_not_what_was_planned_is_refused(job: Job, change: str) -> None:
    planned = job.csv("planned.csv", "1,2,3")
    file = Path(planned["uri"].removeprefix("file://"))
    file.unlink() if change == "gone" else file.write_text("1,2,3\n4,5,6\n")

    with pytest.raises(
        JobError, match=r"^s3://bucket/Inputs/planned\.csv has changed .*; start a new run\.$"
    ):
        job.run(planned)
