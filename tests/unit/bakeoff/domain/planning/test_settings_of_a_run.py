"""Settings beside the data: read with them, pinned like them, and no data themselves."""

from __future__ import annotations

from typing import Any

import pytest

from bakeoff.domain.errors import InvalidSettings, NoInputData, UnknownTarget
from bakeoff.domain.run.planned import read_versions
from tests.fakes import InMemoryRunStore
from tests.unit.bakeoff.domain.planning.test_planner import CREATED_AT, planner_of

CSV = b"price,area,age\n1,2,3\n3,5,9\n"


@pytest.fixture
def store() -> InMemoryRunStore:
    store = InMemoryRunStore()
    store.put("Inputs/houses.csv", CSV)
    return store


def planned(store: InMemoryRunStore, given: dict[str, Any] | None = None) -> Any:
    planner_of(store).plan("run-1", given or {}, CREATED_AT)
    return store.read_json("runs/run-1/plan.json")


def test_the_file_s_settings_hold_and_its_version_is_pinned(store: InMemoryRunStore) -> None:
    store.put("Inputs/bakeoff.yaml", b"target: price\n")
    stored = store.put("Inputs/bakeoff.yaml", b"target: area\nalgorithms: [knn]\nmetric: mae\n")

    plan = planned(store)

    assert plan["target"] == {"name": "area", "position": 2, "source": "Inputs/bakeoff.yaml"}
    assert [each["name"] for each in plan["candidates"]] == ["knn"]
    assert plan["settings"]["metric"] == {"value": "mae", "source": "Inputs/bakeoff.yaml"}
    assert plan["settings_file"] == {
        "key": "Inputs/bakeoff.yaml",
        "version_id": "version-2",
        "etag": stored.etag,
        "bytes": stored.bytes,
    }


def test_the_file_is_no_data_and_not_told_as_foreign(store: InMemoryRunStore) -> None:
    store.put("Inputs/bakeoff.yaml", b"1,2,3\n4,5,6\n"[:0])

    plan = planned(store)

    assert [item["key"] for item in plan["inputs"]] == ["Inputs/houses.csv"]
    assert (plan["ignored"], plan["settings_file"]["bytes"]) == ([], 0)
    assert read_versions(plan) == {"Inputs/houses.csv": "version-1", "Inputs/bakeoff.yaml": "version-1"}


def test_the_execution_goes_before_the_file(store: InMemoryRunStore) -> None:
    store.put("Inputs/bakeoff.yaml", b"target: area\n")

    assert planned(store, {"target": "age"})["target"]["name"] == "age"


def test_a_deleted_file_says_nothing(store: InMemoryRunStore) -> None:
    store.put("Inputs/bakeoff.yaml", b"target: area\n")
    store.delete("Inputs/bakeoff.yaml")

    plan = planned(store)

    assert (plan["settings_file"], plan["target"]["name"]) == (None, "price")


def test_a_column_that_is_not_there_is_told_of_the_file(store: InMemoryRunStore) -> None:
    store.put("Inputs/bakeoff.yaml", b"target: cost\n")

    with pytest.raises(
        UnknownTarget, match=r"no column 'cost', which Inputs/bakeoff\.yaml names: its columns"
    ):
        planned(store)


@pytest.mark.parametrize("body", [b"metrics: mae\n", b"target: [\n", b"#" * 65_537])
def test_settings_that_cannot_hold_are_refused_before_anything_is_stored(
    store: InMemoryRunStore, body: bytes
) -> None:
    store.put("Inputs/bakeoff.yaml", body)

    with pytest.raises(InvalidSettings, match=r"^Inputs/bakeoff\.yaml"):
        planned(store, {"target": "age"})

    assert store.stored_keys() == ["Inputs/bakeoff.yaml", "Inputs/houses.csv"]


@pytest.mark.parametrize(
    "key", ["Inputs/bakeoff.yml", "Inputs/Bakeoff.yaml", "Inputs/BAKEOFF.YML", "Inputs/2026/bakeoff.yaml"]
)
def test_a_file_that_is_meant_as_settings_and_is_none_is_refused(store: InMemoryRunStore, key: str) -> None:
    store.put(key, b"target: area\n")

    with pytest.raises(InvalidSettings) as refused:
        planned(store)

    assert str(refused.value) == (
        f"{key} is not where settings are read: upload it as Inputs/bakeoff.yaml, or delete it."
    )


def test_what_systems_hide_is_not_meant_as_settings(store: InMemoryRunStore) -> None:
    store.put("Inputs/.git/bakeoff.yaml", b"target: area\n")

    assert planned(store)["settings_file"] is None


def test_settings_without_data_end_in_the_sentence_of_no_data() -> None:
    store = InMemoryRunStore()
    store.put("Inputs/bakeoff.yaml", b"target: area\n")

    with pytest.raises(NoInputData) as refused:
        planned(store)

    assert str(refused.value) == (
        "There is no data under Inputs/ (Inputs/bakeoff.yaml holds none): upload a libsvm or CSV file that "
        "holds rows."
    )
