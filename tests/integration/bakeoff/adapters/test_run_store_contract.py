"""What every RunStore does: the one on S3, and the one that unit tests put in its place."""

from __future__ import annotations

from typing import Any, Protocol

import pytest

from bakeoff.domain.intake.turns import TurnStore
from bakeoff.domain.ports import RunStore, StoredObject
from local_aws.core.instance import Instance
from tests.fakes import InMemoryRunStore
from tests.integration.bakeoff.adapters.conftest import S3Bench


class Store(RunStore, TurnStore, Protocol):
    pass


class Bench(Protocol):
    @property
    def store(self) -> Store: ...

    def put(self, key: str, body: bytes) -> StoredObject: ...

    def delete(self, key: str) -> None: ...


class MemoryBench:
    def __init__(self) -> None:
        self.store = InMemoryRunStore()
        self.put, self.delete = self.store.put, self.store.delete


@pytest.fixture(params=["s3", "memory"])
def bench(request: pytest.FixtureRequest) -> Bench:
    instance: Instance = request.getfixturevalue("instance")
    return S3Bench(instance) if request.param == "s3" else MemoryBench()


def test_the_newest_revision_of_every_upload_is_listed_in_the_order_of_keys(bench: Bench) -> None:
    bench.put("Inputs/b.csv", b"old")
    second = bench.put("Inputs/a/x.csv", b"123")
    newest = bench.put("Inputs/b.csv", b"newer")
    bench.put("inputs/c.csv", b"x")
    bench.put("runs/run-1/plan.json", b"{}")

    assert bench.store.list_inputs() == [second, newest]


def test_a_deleted_upload_is_not_listed_until_it_is_uploaded_again(bench: Bench) -> None:
    bench.put("Inputs/a.csv", b"1")
    bench.delete("Inputs/a.csv")
    assert bench.store.list_inputs() == []

    again = bench.put("Inputs/a.csv", b"2")

    assert bench.store.list_inputs() == [again]


def test_folder_markers_and_empty_objects_are_listed_with_their_size(bench: Bench) -> None:
    bench.put("Inputs/folder/", b"")

    assert [item.bytes for item in bench.store.list_inputs()] == [0]


@pytest.mark.parametrize("key", ["Inputs/my data.csv", "Inputs/a+b%20c.csv", "Inputs/größe/日本.csv"])
def test_any_key_is_listed_and_read_as_it_is(bench: Bench, key: str) -> None:
    stored = bench.put(key, "1,é".encode())

    assert bench.store.list_inputs() == [stored]
    assert bench.store.read_head(stored, 100) == "1,é".encode()


def test_exactly_the_listed_revision_is_read(bench: Bench) -> None:
    first = bench.put("Inputs/a.csv", b"first")
    bench.put("Inputs/a.csv", b"second")

    assert bench.store.read_head(first, 100) == b"first"

    bench.delete("Inputs/a.csv")
    assert bench.store.read_head(first, 100) == b"first"


def test_an_overwritten_upload_is_told_by_its_key(bench: Bench) -> None:
    read = {key: bench.put(f"Inputs/{key}.csv", b"old").version_id for key in "abc"}
    read = {f"Inputs/{key}.csv": version for key, version in read.items()}
    bench.put("Inputs/b.csv", b"new")
    bench.put("Inputs/d.csv", b"another upload")

    assert bench.store.overwritten(read) == ["Inputs/b.csv"]
    assert bench.store.overwritten({}) == []


def test_a_deletion_does_not_overwrite_but_may_hide_what_did(bench: Bench) -> None:
    read = {key: bench.put(key, b"old").version_id for key in ("Inputs/a.csv", "Inputs/b.csv")}
    bench.put("Inputs/b.csv", b"new")
    bench.delete("Inputs/a.csv")
    bench.delete("Inputs/b.csv")

    assert bench.store.overwritten(read) == ["Inputs/b.csv"]


@pytest.mark.parametrize(("size", "head"), [(1, b"1"), (3, b"123"), (5, b"12345"), (6, b"12345")])
def test_a_head_is_at_most_as_long_as_asked(bench: Bench, size: int, head: bytes) -> None:
    assert bench.store.read_head(bench.put("Inputs/a.csv", b"12345"), size) == head


@pytest.mark.parametrize(("size", "tail"), [(1, b"5"), (3, b"345"), (5, b"12345"), (6, b"12345")])
def test_a_tail_is_at_most_as_long_as_asked(bench: Bench, size: int, tail: bytes) -> None:
    stored = bench.put("Inputs/a.csv", b"12345")
    bench.put("Inputs/a.csv", b"67")

    assert bench.store.read_tail(stored, size) == tail


def test_exactly_the_listed_revision_is_copied(bench: Bench) -> None:
    first = bench.put("Inputs/_a b.csv", b"1\n2\n")
    bench.put("Inputs/_a b.csv", b"3\n")

    bench.store.copy(first, "runs/run-1/inputs/00001.csv")

    assert list(bench.store.read_lines("runs/run-1/inputs/")) == ["1", "2"]


@pytest.mark.parametrize("value", [{"größe": [1, 2.5, None, True]}, [], "text", 0.1 + 0.2, {"a": {"b": []}}])
def test_json_is_read_as_it_was_written(bench: Bench, value: Any) -> None:
    bench.store.write_json("runs/run-1/plan.json", value)

    assert bench.store.read_json("runs/run-1/plan.json") == value


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_json_is_refused(bench: Bench, value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        bench.store.write_json("runs/run-1/plan.json", {"rmse": value})


def test_a_missing_object_is_told_by_its_name(bench: Bench) -> None:
    with pytest.raises(FileNotFoundError, match=rf"s3://{bench.store.bucket}/runs/run-1/plan\.json"):
        bench.store.read_json("runs/run-1/plan.json")


def test_a_deleted_object_is_missing(bench: Bench) -> None:
    bench.store.write_json("runs/run-1/plan.json", {})
    bench.delete("runs/run-1/plan.json")

    with pytest.raises(FileNotFoundError):
        bench.store.read_json("runs/run-1/plan.json")


def test_lines_of_all_parts_are_read_in_the_order_of_their_keys(bench: Bench) -> None:
    bench.store.write_text("runs/r/test/part-00002", "5,größe\n", "text/csv")
    bench.store.write_text("runs/r/test/part-00000", "1,日本\n2,b\n", "text/csv")
    bench.store.write_text("runs/r/test/part-00001", "3,c\n4,without an end", "text/csv")
    bench.store.write_text("runs/r/train/part-00000", "6,f\n", "text/csv")

    assert list(bench.store.read_lines("runs/r/test/")) == [
        "1,日本",
        "2,b",
        "3,c",
        "4,without an end",
        "5,größe",
    ]


def test_nothing_under_a_prefix_is_no_lines(bench: Bench) -> None:
    assert list(bench.store.read_lines("runs/none/")) == []


def test_every_upload_has_its_moment_also_when_it_was_replaced_or_deleted(bench: Bench) -> None:
    assert list(bench.store.upload_moments()) == []
    for body in (b"old", b"new"):
        bench.put("Inputs/a.csv", body)
    bench.put("Inputs/b.csv", b"b")
    bench.delete("Inputs/b.csv")
    bench.store.write_json("runs/run-1/plan.json", {})

    moments = list(bench.store.upload_moments())

    assert sorted(key for key, _ in moments) == ["Inputs/a.csv", "Inputs/a.csv", "Inputs/b.csv"]
    assert all(moment.tzinfo for _, moment in moments)


def test_the_sizes_of_objects_are_found_by_prefix(bench: Bench) -> None:
    for key, body in {
        "runs/a/x": b"",
        "runs/a/y": b"1",
        "runs/a/": b"",
        "runs/ab/": b"",
        "runs/b": b"",
    }.items():
        bench.put(key, body)
    bench.put("runs/a/gone", b"")
    bench.delete("runs/a/gone")

    assert list(bench.store.sizes("runs/a/").items()) == [("runs/a/", 0), ("runs/a/x", 0), ("runs/a/y", 1)]


def test_many_texts_are_written_each_under_its_key(bench: Bench) -> None:
    texts = {f"runs/run-1/code/{number}.py": f"größe = {number}\n" for number in range(20)}

    bench.store.write_texts(texts, "text/x-python")

    assert list(bench.store.sizes("runs/run-1/code/")) == sorted(texts)
    for key, text in texts.items():
        assert list(bench.store.read_lines(key)) == [text.strip()]
