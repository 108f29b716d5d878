"""Settings beside the data: read with them, pinned like them, and no data themselves."""

from __future__ import annotations

from typing import Any

import pytest

from bakeoff.domain.errors import InvalidSettings, NoInputData, UnknownTarget
from bakeoff.domain.messages import excerpt
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
    ("key", "right"),
    [
        ("Inputs/bakeoff.yml", "Inputs/bakeoff.yaml"),
        ("Inputs/Bakeoff.yaml", "Inputs/bakeoff.yaml"),
        ("Inputs/2026/BAKEOFF.YML", "Inputs/2026/bakeoff.yaml"),
    ],
)
def test_a_file_that_is_meant_as_settings_and_is_none_is_refused(
    store: InMemoryRunStore, key: str, right: str
) -> None:
    store.put(key, b"target: area\n")

    with pytest.raises(InvalidSettings) as refused:
        planned(store)

    assert str(refused.value) == (f"{key} is not named as settings are: upload it as {right}, or delete it.")


def test_what_systems_hide_is_not_meant_as_settings(store: InMemoryRunStore) -> None:
    store.put("Inputs/.git/bakeoff.yaml", b"target: area\n")

    assert planned(store)["settings_file"] is None


def test_settings_without_data_end_in_the_sentence_of_no_data() -> None:
    store = InMemoryRunStore()
    store.put("Inputs/bakeoff.yaml", b"target: area\n")

    with pytest.raises(NoInputData) as refused:
        planned(store)

    assert str(refused.value) == (
        "There is no data under Inputs/ (Inputs/bakeoff.yaml holds none): upload a CSV, Parquet or libsvm "
        "file that holds rows."
    )


# ------------------------------------------------------------------ data sets side by side
CARS = b"mpg,weight\n21,2620\n22,2320\n"
BY_CARS = {"trigger": {"key": "Inputs/cars/2026/cars.csv", "version_id": "version-1"}}


@pytest.fixture
def two(store: InMemoryRunStore) -> InMemoryRunStore:
    """The default data set with settings, and another in a folder, whose files are like each other's."""
    store.put("Inputs/bakeoff.yaml", b"target: age\nmetric: mae\n")
    store.put("Inputs/cars/bakeoff.yaml", b"target: weight\n")
    store.put("Inputs/cars/2026/cars.csv", CARS)
    return store


@pytest.mark.parametrize(
    "given", [BY_CARS, {"trigger": {"key": "Inputs/cars/bakeoff.yaml"}}, {"dataset": "cars"}]
)
def test_a_data_set_of_its_own_is_read_alone_and_by_its_own_settings(
    two: InMemoryRunStore, given: dict[str, Any]
) -> None:
    plan = planned(two, given)

    assert read_versions(plan).keys() == {"Inputs/cars/2026/cars.csv", "Inputs/cars/bakeoff.yaml"}
    assert (plan["data_set"], plan["ignored"], plan["features"]) == ("Inputs/cars/", [], ["mpg"])
    assert plan["target"]["source"] == "Inputs/cars/bakeoff.yaml"
    assert plan["settings"]["metric"] == {"value": "rmse", "source": "the stack's parameter Metric"}


@pytest.mark.parametrize("given", [{}, {"trigger": {"key": "Inputs/houses.csv"}}])
def test_the_default_data_set_is_all_the_rest(two: InMemoryRunStore, given: dict[str, Any]) -> None:
    two.put("Inputs/more/houses.csv", b"price,area,age\n7,1,1\n8,1,2\n")

    plan = planned(two, given)

    assert plan["data_set"] == "Inputs/"
    assert read_versions(plan).keys() == {
        "Inputs/houses.csv",
        "Inputs/more/houses.csv",
        "Inputs/bakeoff.yaml",
    }


def test_two_data_sets_may_hold_the_same_rows(two: InMemoryRunStore) -> None:
    two.put("Inputs/cars/2026/cars.csv", CSV)
    two.put("Inputs/cars/bakeoff.yaml", b"")

    assert planned(two, BY_CARS)["target"]["name"] == "price"


def test_broken_settings_of_one_data_set_cost_no_other_its_run(two: InMemoryRunStore) -> None:
    two.put("Inputs/cars/bakeoff.yaml", b"targte: weight\n")

    assert planned(two)["target"]["name"] == "age"
    with pytest.raises(InvalidSettings, match=r"^Inputs/cars/bakeoff\.yaml, line 1, column 1: nothing reads"):
        planned(two, BY_CARS)


def test_a_data_set_without_data_is_told_by_its_folder(two: InMemoryRunStore) -> None:
    two.delete("Inputs/cars/2026/cars.csv")

    with pytest.raises(
        NoInputData, match=r"no data under Inputs/cars/ \(Inputs/cars/bakeoff\.yaml holds none\)"
    ):
        planned(two, BY_CARS)


@pytest.mark.parametrize("name", ["car", "", "cars/2026", 3, None])
def test_a_data_set_that_is_none_is_refused_with_those_that_are(two: InMemoryRunStore, name: Any) -> None:
    with pytest.raises(InvalidSettings) as refused:
        planned(two, {"dataset": name})

    assert str(refused.value) == (
        f"The execution's input: dataset {excerpt(name)} is no folder below Inputs/ with a bakeoff.yaml: "
        "there are cars."
    )


@pytest.mark.parametrize("setting", [{"importance": True}, {"task": "regression"}])
@pytest.mark.parametrize("name", ["data.csv", "data.libsvm"])
def test_what_says_nothing_of_single_columns_leaves_numbers_their_path(
    name: str, setting: dict[str, Any]
) -> None:
    rows = "".join(
        f"{n % 7},{n},{n * n % 11}\n" if name.endswith("csv") else f"{n % 7} 1:{n} 2:{n * n % 11}\n"
        for n in range(60)
    )
    plain, other = InMemoryRunStore(), InMemoryRunStore()
    for store in (plain, other):
        store.put(f"Inputs/{name}", rows.encode())
    planner_of(plain).plan("run-1", {}, CREATED_AT)
    planner_of(other).plan("run-1", setting, CREATED_AT)

    found, expected = (store.read_json("runs/run-1/plan.json") for store in (other, plain))
    assert {**found, "settings": None} == {**expected, "settings": None}
