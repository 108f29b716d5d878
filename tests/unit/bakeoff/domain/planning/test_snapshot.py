from __future__ import annotations

import gzip

import pytest

from bakeoff.domain.errors import DuplicateInput, FeatureCountMismatch, NoInputData, UnreadableData
from bakeoff.domain.planning.snapshot import Snapshot, SnapshotOptions
from bakeoff.domain.planning.snapshot import take_snapshot as take
from bakeoff.domain.run.files import RunFiles
from tests.fakes import InMemoryRunStore

CSV = b"15,0.4,0.3\n7,0.3,0.2\n"
LIBSVM = b"15 1:0.4 2:0.3\n7 1:0.3 2:0.2\n"
SPARSE = b"15 1:0.4\n"


def take_snapshot(store: InMemoryRunStore, run_id: str, feature_count: int) -> Snapshot:
    return take(store, RunFiles(store, run_id), store.list_inputs(), SnapshotOptions(feature_count))


def store_of(**uploads: bytes) -> InMemoryRunStore:
    store = InMemoryRunStore()
    for name, body in uploads.items():
        store.put(f"Inputs/{name}", body)
    return store


def test_the_plan_pins_every_upload_and_says_how_to_read_it() -> None:
    store = InMemoryRunStore()
    stored = store.put("Inputs/dataset1.csv", LIBSVM)

    snapshot = take_snapshot(store, "run-1", 0)

    assert snapshot.feature_dim == 2
    assert snapshot.inputs == [
        {
            "key": "Inputs/dataset1.csv",
            "version_id": stored.version_id,
            "etag": stored.etag,
            "bytes": len(LIBSVM),
            "uri": "s3://data-bucket/Inputs/dataset1.csv",
            "format": "libsvm",
            "compression": "none",
            "delimiter": None,
            "header": None,
            "names": None,
            "skip": [],
            "columns": None,
            "width": None,
            "decimal": ".",
        }
    ]


def test_the_newest_revision_counts_and_deleted_objects_do_not() -> None:
    store = store_of(**{"a.csv": b"not a table\n", "b.csv": CSV})
    store.put("Inputs/a.csv", CSV)
    store.delete("Inputs/b.csv")

    [found] = take_snapshot(store, "run-1", 0).inputs

    assert (found["key"], found["version_id"]) == ("Inputs/a.csv", "version-2")
    assert store.reads == [("Inputs/a.csv", "version-2")]


def test_a_copy_under_another_name_is_refused() -> None:
    store = store_of(**{"a.csv": CSV, "b.csv": LIBSVM, "c.csv": CSV})

    with pytest.raises(DuplicateInput, match=r"^Inputs/c\.csv is a copy of Inputs/a\.csv, .*: delete one"):
        take_snapshot(store, "run-1", 0)


def test_an_upload_that_is_repeated_under_its_own_name_is_no_copy() -> None:
    store = store_of(**{"a.csv": CSV})
    store.put("Inputs/a.csv", CSV)

    assert [found["version_id"] for found in take_snapshot(store, "run-1", 0).inputs] == ["version-2"]


def test_folder_markers_and_empty_objects_are_no_data() -> None:
    store = store_of(**{"folder/": b"", "marked/": b"1,2\n", "empty.csv": b"", "data.csv": CSV})

    assert [found["key"] for found in take_snapshot(store, "run-1", 0).inputs] == ["Inputs/data.csv"]


@pytest.mark.parametrize("uploads", [{}, {"empty.csv": b""}, {"folder/": b""}])
def test_without_data_there_is_no_run(uploads: dict[str, bytes]) -> None:
    with pytest.raises(NoInputData) as refusal:
        take_snapshot(store_of(**uploads), "run-1", 0)

    assert str(refusal.value) == (
        "There is no data under Inputs/: upload a CSV, Parquet or libsvm file that holds rows."
    )


@pytest.mark.parametrize(
    "name", ["data.csv", "2026/11/data.csv", "no-suffix", "a=b/part-0.csv", "x.txt", "a_b.csv", "v1.2.csv"]
)
def test_an_object_that_spark_reads_well_is_not_copied(name: str) -> None:
    store = store_of(**{name: CSV})

    [found] = take_snapshot(store, "run-1", 0).inputs

    assert found["uri"] == f"s3://data-bucket/Inputs/{name}"
    assert store.stored_keys() == [f"Inputs/{name}"]


@pytest.mark.parametrize(
    "name",
    [
        "_hidden.csv",
        "_folder/data.csv",
        "data[1].csv",
        "data{a,b}.csv",
        "data*.csv",
        "data?.csv",
        "my data.csv",
        "größe.csv",
        "a+b.csv",
        "a:b.csv",
        "a%20b.csv",
        "a//b.csv",
        "back\\slash.csv",
        "line\nend.csv",
        "data.csv\n",
        "plain.gz",
        "plain.GZ",
        "plain.csv.bz2",
        "plain.zst",
    ],
)
def test_an_object_whose_name_spark_would_misread_is_copied_to_a_plain_one(name: str) -> None:
    store = store_of(**{name: CSV})

    [found] = take_snapshot(store, "run-1", 0).inputs

    assert found["key"] == f"Inputs/{name}"
    assert found["uri"] == "s3://data-bucket/runs/run-1/inputs/00001.csv"
    assert store.text("runs/run-1/inputs/00001.csv").encode() == CSV


@pytest.mark.parametrize("name", ["packed.csv.gz", "packed.gz"])
def test_gzip_with_the_suffix_that_says_so_is_read_in_place(name: str) -> None:
    [found] = take_snapshot(store_of(**{name: gzip.compress(CSV)}), "run-1", 0).inputs

    assert (found["uri"], found["compression"]) == (f"s3://data-bucket/Inputs/{name}", "gzip")


@pytest.mark.parametrize("name", ["packed.csv", "packed.GZ", "packed.csv.bz2", "packed.csv.gz.txt"])
def test_gzip_with_a_name_that_hides_it_is_copied(name: str) -> None:
    store = store_of(**{name: gzip.compress(LIBSVM)})

    [found] = take_snapshot(store, "run-1", 0).inputs

    assert found["uri"] == "s3://data-bucket/runs/run-1/inputs/00001.libsvm.gz"


def test_copies_are_numbered_by_their_place() -> None:
    store = store_of(**{"_1.csv": CSV, "a.csv": LIBSVM, "b b.csv": CSV[::-1].strip() + b"\n"})

    uris = [found["uri"].rsplit("/", 1)[1] for found in take_snapshot(store, "run-1", 0).inputs]

    assert uris == ["00001.csv", "a.csv", "00003.csv"]


def test_an_unreadable_upload_is_refused_before_anything_is_copied() -> None:
    store = store_of(**{"a b.csv": CSV, "letter.csv": b"Dear team\n"})

    with pytest.raises(UnreadableData, match=r"^Inputs/letter\.csv holds one line only"):
        take_snapshot(store, "run-1", 0)

    assert not any(key.startswith("runs/") for key in store.stored_keys())


def test_files_that_disagree_on_the_number_of_features_are_refused() -> None:
    with pytest.raises(FeatureCountMismatch) as refusal:
        take_snapshot(store_of(**{"a.csv": CSV, "b.csv": b"1,2\n"}), "run-1", 0)

    assert str(refusal.value) == (
        "Inputs/b.csv has 1 features, but Inputs/a.csv has 2: remove the file that does not belong, or give "
        "all files the same columns."
    )


def test_libsvm_and_csv_of_the_same_width_go_together() -> None:
    assert take_snapshot(store_of(**{"a.csv": CSV, "b.svm": LIBSVM}), "run-1", 0).feature_dim == 2


def test_a_given_count_lets_sparse_libsvm_leave_its_last_features_out() -> None:
    assert take_snapshot(store_of(**{"a.svm": SPARSE, "b.svm": LIBSVM}), "run-1", 3).feature_dim == 3


@pytest.mark.parametrize(("body", "given"), [(CSV, 3), (CSV, 1), (LIBSVM, 1)])
def test_a_given_count_holds_for_what_is_not_sparse(body: bytes, given: int) -> None:
    with pytest.raises(FeatureCountMismatch, match=f"the parameter FeatureCount says {given}: set it to 0"):
        take_snapshot(store_of(**{"a.csv": body}), "run-1", given)
