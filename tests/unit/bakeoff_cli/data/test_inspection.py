from __future__ import annotations

from pathlib import Path

import pytest

from bakeoff_cli.data.choice import Choice, Chosen
from bakeoff_cli.data.inspection import inspect, without_foreign
from bakeoff_cli.data.reading import SnapshotOptions
from bakeoff_cli.errors import BadInput

OPTIONS = SnapshotOptions()


def _file(folder: Path, name: str, content: str, of_folder: bool = True) -> Chosen:
    path = folder / name
    path.write_text(content)
    return Chosen(path, name, of_folder)


def test_what_of_a_folder_is_no_data_is_left_out_with_the_reason(tmp_path: Path) -> None:
    data, page = _file(tmp_path, "data.csv", "1,2\n3,4\n"), _file(tmp_path, "page.html", "<html></html>")

    choice, why = without_foreign(Choice((data, page)))

    assert (choice.files, choice.skipped) == ((data,), (page.path,))
    assert len(why) == 1 and "page.html" in why[0]


def test_what_was_named_is_never_left_out(tmp_path: Path) -> None:
    named = _file(tmp_path, "page.html", "<html></html>", of_folder=False)
    assert without_foreign(Choice((named,))) == (Choice((named,)), ())


def test_a_folder_without_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No other file of the folder holds data"):
        without_foreign(Choice((_file(tmp_path, "page.html", "<html></html>"),)))


def test_each_fault_is_told_and_what_can_be_read_is_read(tmp_path: Path) -> None:
    good, bad = _file(tmp_path, "good.csv", "1,2\n3,4\n"), _file(tmp_path, "bad.csv", "<html></html>")

    found = inspect([good, bad], OPTIONS)

    assert list(found.readings) == ["good.csv"]
    assert len(found.faults) == 1 and "bad.csv" in found.faults[0]


def test_files_that_do_not_agree_have_one_fault_and_no_reading(tmp_path: Path) -> None:
    two, three = _file(tmp_path, "two.csv", "1,2\n3,4\n"), _file(tmp_path, "three.csv", "1,2,3\n4,5,6\n")

    found = inspect([two, three], OPTIONS)

    assert not found.readings and len(found.faults) == 1
