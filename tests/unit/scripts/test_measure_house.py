from __future__ import annotations

from pathlib import Path

import pytest

from scripts.measure_house import PROJECT, circles, measure, packages, table


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Two folders with three modules, and two packages that import each other."""
    texts = {
        "house/__init__.py": "",
        "house/door.py": "from house.rooms import hall\n",
        "house/rooms/__init__.py": "",
        "house/rooms/hall.py": "from house.rooms.stairs import climb\n\n\ndef _lit():\n    return climb()\n",
        "house/rooms/stairs.py": "import house.rooms.hall\n\n\ndef climb():\n    return _once(_handed)\n\n\n"
        "def _once(work):\n    return work() + _twice() + _twice()\n\n\ndef _twice():\n    return 1\n\n\n"
        "def _handed():\n    return 2\n",
    }
    for name, text in texts.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "house"


def test_a_package_is_measured(package: Path) -> None:
    found = measure(package)

    assert (found.files, found.lines) == (5, 23)
    assert found.largest == (2, package / "rooms")
    # Of five functions, only `_once` is mentioned once, by a call: `_lit` is not, `_handed` is handed over.
    assert (found.functions, found.called_once) == (5, 1)
    assert found.circles == [["house.rooms.hall", "house.rooms.stairs"]]


@pytest.mark.parametrize(
    ("imports", "expected"),
    [
        ({"a": ["b"], "b": ["c"], "c": []}, []),
        ({"a": ["a"]}, [["a"]]),
        ({"a": ["b"], "b": ["a", "c"], "c": ["d"], "d": ["c"]}, [["a", "b"], ["c", "d"]]),
        ({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}, [["a", "b", "c"]]),
    ],
)
def test_circles_are_groups_that_lead_to_each_other(
    imports: dict[str, list[str]], expected: list[list[str]]
) -> None:
    assert circles(imports) == expected


def test_the_table_has_a_line_for_each_package() -> None:
    lines = table({PROJECT / "scripts": measure(PROJECT / "scripts")}).splitlines()

    assert len(lines) == 3 and lines[2].startswith("| `scripts` | ")
    assert PROJECT / "local_aws" in packages()
