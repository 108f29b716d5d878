"""What is packed with the functions and in their layer, against what they import and what was tested."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.template import PROJECT

# The Lambda runtime brings these; stubs and our own package are not deployed from an index.
NOT_PACKED = {"boto3", "botocore", "bakeoff"}
PINNED = re.compile(r"^(?P<name>[a-z0-9-]+)(?:\[[a-z,]+\])?==(?P<version>[^\s;\\]+)", re.MULTILINE)


def pins(path: Path) -> dict[str, str]:
    return {match["name"]: match["version"] for match in PINNED.finditer(path.read_text("utf-8"))}


def imported_at_run_time(tree: ast.AST) -> Iterator[str]:
    """Top-level packages, but for what stands under `if TYPE_CHECKING`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]
        yield from imported_at_run_time(node)


def packages_of_src() -> set[str]:
    trees = [ast.parse(path.read_text("utf-8")) for path in (PROJECT / "src").rglob("*.py")]
    modules = {module for tree in trees for module in imported_at_run_time(tree)}
    distributions = packages_distributions()
    return {
        distributions[module][0].lower().replace("_", "-")
        for module in modules - NOT_PACKED - sys.stdlib_module_names
    }


PACKED = [PROJECT / "src" / "requirements.txt", PROJECT / "layers" / "numerics" / "requirements.txt"]


def test_exactly_what_is_imported_is_packed() -> None:
    assert {name for path in PACKED for name in pins(path)} == packages_of_src()


@pytest.mark.parametrize("path", PACKED, ids=lambda path: path.parent.name)
def test_what_is_packed_is_what_was_tested(path: Path) -> None:
    tested = pins(PROJECT / "requirements.lock")

    assert {name: tested[name] for name in pins(path)} == pins(path)
