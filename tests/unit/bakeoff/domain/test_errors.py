from __future__ import annotations

import inspect
import re

import pytest

from bakeoff.domain import errors

LINE = re.compile(r"(?P<branch>[│├└─ ]*)(?P<name>[A-Z]\w+)(?:  +\S.*)?")
CLASSES = {
    name: kind for name, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)
}


def drawn_parents() -> dict[str, str | None]:
    """The parent of each class in the docstring's tree; four characters a level."""
    parents: dict[str, str | None] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").split("\n\n", 1)[1].splitlines():
        match = LINE.fullmatch(line.rstrip())
        assert match, line
        del path[len(match["branch"]) // 4 :]
        parents[match["name"]] = path[-1] if path else None
        path.append(match["name"])
    return parents


def test_the_tree_names_every_class() -> None:
    assert set(drawn_parents()) == set(CLASSES)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_the_tree_shows_each_class_under_its_parent(name: str) -> None:
    parent = drawn_parents()[name]

    assert CLASSES[name].__bases__ == (CLASSES[parent] if parent else Exception,)
