"""The bars that keep a package easy to find one's way in; `scripts.measure_house` prints all counts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from scripts.measure_house import PROJECT, Measures, measure

HELD = ("src", "spark", "local_aws", "bakeoff_cli", "scripts")
APPLICATION = "bakeoff"


@cache
def measured(package: str) -> Measures:
    return measure(PROJECT / package)


@pytest.mark.parametrize("package", HELD)
def test_no_folder_is_a_long_corridor(package: str) -> None:
    count, folder = measured(package).largest
    assert count <= 15, folder


@pytest.mark.parametrize("package", HELD)
def test_nine_files_of_ten_fit_on_a_few_screens(package: str) -> None:
    assert measured(package).p90 <= 160


@pytest.mark.parametrize("package", HELD)
def test_few_functions_are_only_a_part_of_another_one(package: str) -> None:
    assert measured(package).share_called_once <= 0.25


@pytest.mark.parametrize("package", HELD)
def test_no_module_imports_itself_by_way_of_others(package: str) -> None:
    assert measured(package).circles == []


def test_the_embedded_aws_does_not_name_the_application_that_it_runs() -> None:
    named = [path for path in _files(PROJECT / "local_aws") if APPLICATION in path.read_text().casefold()]
    assert named == []


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
