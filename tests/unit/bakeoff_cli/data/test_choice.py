from __future__ import annotations

from pathlib import Path

import pytest

from bakeoff_cli.data.choice import Chosen, choose
from bakeoff_cli.errors import BadInput


def test_a_file_that_a_person_names_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    (tmp_path / ".data.csv").write_text("1,2\n")
    assert choose([tmp_path / ".data.csv"]).files == (Chosen(tmp_path / ".data.csv", ".data.csv"),)


@pytest.mark.parametrize("as_folder", [False, True])
def test_two_files_of_one_name_are_refused_before_the_upload(tmp_path: Path, as_folder: bool) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "data.csv").write_text("1,2\n")
    paths = [tmp_path / folder / ("" if as_folder else "data.csv") for folder in ("a", "b")]
    with pytest.raises(BadInput, match=r"Two files are named data\.csv"):
        choose(paths)


def test_a_name_that_no_key_can_have_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "caf\udce9.csv"
    path.write_text("1,2\n")
    with pytest.raises(BadInput, match="not in UTF-8"):
        choose([path])


def test_a_folder_of_leftovers_holds_no_data(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").write_text("x")
    with pytest.raises(BadInput, match="holds no file to upload"):
        choose([tmp_path])


def test_a_link_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    (tmp_path / "data.csv").symlink_to(tmp_path / "gone.csv")
    with pytest.raises(BadInput, match=r"There is no file .*data\.csv"):
        choose([tmp_path])
