from __future__ import annotations

from pathlib import Path

import pytest

from bakeoff.domain.ports import ObjectReader
from bakeoff_cli.errors import BadInput
from bakeoff_cli.saved.folder import FolderStore, read_object


def _store(folder: Path, **files: str) -> FolderStore:
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, newline="")
    return FolderStore(folder, "run-1")


def test_a_folder_is_read_under_the_keys_of_the_bucket(tmp_path: Path) -> None:
    store: ObjectReader = _store(tmp_path, plan='{"a": 1.5}', predictions__knn="row\n1\n")
    assert store.read_json("runs/run-1/plan") == {"a": 1.5}
    assert list(store.read_lines("runs/run-1/predictions/knn")) == ["row", "1"]


@pytest.mark.parametrize("prefix", ["runs/run-1/test/", "runs/run-1/te"])
def test_a_prefix_stands_for_all_its_files_in_the_order_of_their_keys(tmp_path: Path, prefix: str) -> None:
    store = _store(tmp_path, test__part2="3", test__part1="1\r\n2\n", test__more__x="0\n\n", other__part="9")
    assert list(store.read_lines(prefix)) == ["0", "", "1", "2", "3"]


def test_a_file_is_not_mistaken_for_the_copy_beside_it(tmp_path: Path) -> None:
    assert list(_store(tmp_path, knn="1", knn_backup="2").read_lines("runs/run-1/knn")) == ["1"]


def test_sizes_are_listed_under_the_keys_of_the_bucket(tmp_path: Path) -> None:
    store = _store(tmp_path, test__part2="", test__part1="", test__part0="12", other__part="")
    found = {f"runs/run-1/test/part{number}": size for number, size in enumerate((2, 0, 0))}
    assert list(store.sizes("runs/run-1/test/").items()) == list(found.items())


def test_what_is_missing_is_remembered(tmp_path: Path) -> None:
    store = _store(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"There is no file .*plan\.json"):
        store.read_json("runs/run-1/plan.json")
    with pytest.raises(FileNotFoundError):
        list(store.read_lines("runs/run-1/predictions/knn.csv"))
    assert store.missing == [tmp_path / "plan.json", tmp_path / "predictions" / "knn.csv"]


@pytest.mark.parametrize("key", ["runs/run-1/../secret", "runs/run-1//etc/passwd", "/etc/passwd"])
def test_nothing_outside_the_folder_is_read(tmp_path: Path, key: str) -> None:
    (tmp_path / "secret").write_text("{}")
    store = _store(tmp_path / "run")
    with pytest.raises(BadInput, match="outside it"):
        store.read_json(key)
    with pytest.raises(BadInput, match="outside it"):
        list(store.read_lines(key))


@pytest.mark.parametrize("text", ["", "{", "[]", "1", '{"a": NaN}', '{"a": 1e999}', "[" * 200_000, "\ufffe"])
def test_whatever_is_no_json_object_is_named_as_damaged(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(text)
    with pytest.raises(BadInput, match=r"plan\.json is damaged: it holds no JSON"):
        read_object(path)
