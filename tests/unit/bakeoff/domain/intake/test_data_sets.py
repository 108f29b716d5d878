from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.intake.data_sets import DataSets

KEYS = [
    "Inputs/bakeoff.yaml",
    "Inputs/a.csv",
    "Inputs/houses/bakeoff.yaml",
    "Inputs/houses/2026/may.csv",
    "Inputs/houses/old/bakeoff.yaml",
    "Inputs/plain/b.csv",
    "Inputs/.git/bakeoff.yaml",
]
SETS = DataSets.among(KEYS)
parts = st.lists(st.sampled_from(["houses", "old", "a", ".git", "bakeoff.yaml"]), min_size=1, max_size=4)


def test_a_folder_with_settings_is_a_data_set_and_all_else_is_the_default_one() -> None:
    assert SETS.folders == ("Inputs/houses/old/", "Inputs/houses/", "Inputs/")
    assert DataSets.among(["Inputs/a.csv"]).folders == DataSets.among([]).folders == ("Inputs/",)


@pytest.mark.parametrize(
    ("key", "folder"),
    [
        ("Inputs/a.csv", "Inputs/"),
        ("Inputs/bakeoff.yaml", "Inputs/"),
        ("Inputs/plain/b.csv", "Inputs/"),
        ("Inputs/houses.csv", "Inputs/"),
        ("Inputs/houses2/a.csv", "Inputs/"),
        ("Inputs/houses/a.csv", "Inputs/houses/"),
        ("Inputs/houses/bakeoff.yaml", "Inputs/houses/"),
        ("Inputs/houses/2026/may.csv", "Inputs/houses/"),
        ("Inputs/houses/old/may.csv", "Inputs/houses/old/"),
        ("Inputs/.git/a.csv", "Inputs/"),
    ],
)
def test_an_upload_belongs_to_the_nearest_folder_with_settings(key: str, folder: str) -> None:
    assert SETS.of(key) == folder


@pytest.mark.parametrize(
    ("given", "folder"),
    [
        ({}, "Inputs/"),
        ({"trigger": {"key": "Inputs/houses/a.csv"}}, "Inputs/houses/"),
        ({"trigger": {"key": "Inputs/a.csv"}}, "Inputs/"),
        ({"dataset": "houses"}, "Inputs/houses/"),
        ({"dataset": "houses/old/"}, "Inputs/houses/old/"),
        ({"dataset": "nowhere"}, "Inputs/nowhere/"),
        ({"dataset": 3, "trigger": {"key": 3}}, "Inputs/"),
        ({"trigger": "houses"}, "Inputs/"),
        (None, "Inputs/"),
        ("houses", "Inputs/"),
    ],
)
def test_a_run_is_about_the_data_set_of_its_upload_or_the_one_that_it_names(given: Any, folder: str) -> None:
    assert SETS.of_run(given) == folder


@given(st.lists(parts, max_size=8), parts)
def test_every_upload_is_in_one_data_set_and_files_of_one_folder_in_the_same(
    listed: list[list[str]], own: list[str]
) -> None:
    sets = DataSets.among("Inputs/" + "/".join(names) for names in listed)
    folder = "Inputs/" + "/".join(own[:-1]) + ("/" if own[1:] else "")

    found = sets.of(f"{folder}{own[-1]}")

    assert found in sets.folders and folder.startswith(found)
    assert sets.of(f"{folder}other") == found
