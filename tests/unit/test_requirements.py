"""What is packed against what is imported and tested; what is installed is pinned by its content."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from local_aws.services.lambda_.interpreter import RUNTIME
from tests.template import PROJECT, TEMPLATE

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
    """Of what runs in Lambda; the scripts run in containers, with the packages of an image."""
    scripts = PROJECT / "src" / "bakeoff" / "scripts"
    files = (path for path in (PROJECT / "src").rglob("*.py") if not path.is_relative_to(scripts))
    trees = [ast.parse(path.read_text("utf-8")) for path in files]
    modules = {module for tree in trees for module in imported_at_run_time(tree)}
    distributions = packages_distributions()
    return {
        distributions[module][0].lower().replace("_", "-")
        for module in modules - NOT_PACKED - sys.stdlib_module_names
    }


LAYERS = PROJECT / "layers"
PACKED = [LAYERS / "common.in", LAYERS / "numerics.in"]
LAYER_LOCKS = [LAYERS / "common.lock", LAYERS / "numerics.lock", LAYERS / "runtime.lock"]


def locked_versions() -> dict[str, str]:
    """The versions of the lock file for newer Pythons, where it has several: Lambda's is newer than ours."""
    return pins(PROJECT / "requirements.lock")


def test_exactly_what_is_imported_is_packed() -> None:
    assert {name for path in PACKED for name in pins(path)} == packages_of_src()


@pytest.mark.parametrize("path", LAYER_LOCKS, ids=lambda path: path.name)
def test_no_layer_carries_the_x_ray_sdk(path: Path) -> None:
    """It is in maintenance (docs/adr/0025); what Lambda traces by itself needs none."""
    assert not pins(path).keys() & {"aws-xray-sdk", "wrapt"}
    assert TEMPLATE["Globals"]["Function"]["Tracing"] == "Active"


@pytest.mark.parametrize("path", [*PACKED, *LAYER_LOCKS], ids=lambda path: path.name)
def test_what_is_packed_is_what_was_tested(path: Path) -> None:
    assert pins(path).items() <= locked_versions().items()


@pytest.mark.parametrize("path", PACKED, ids=lambda path: path.stem)
def test_a_lock_file_has_all_that_was_asked_for(path: Path) -> None:
    assert pins(path).items() <= pins(path.with_suffix(".lock")).items()


def test_no_layer_replaces_what_the_lambda_runtime_brings() -> None:
    runtime = pins(LAYERS / "runtime.lock").keys() - {"jmespath", "python-dateutil", "six"}

    assert not runtime & (pins(LAYERS / "common.lock").keys() | pins(LAYERS / "numerics.lock").keys())


def test_the_layers_are_built_for_the_python_of_the_functions() -> None:
    runtime = TEMPLATE["Globals"]["Function"]["Runtime"]
    makefile = (LAYERS / "Makefile").read_text("utf-8")

    assert f"/lib/{runtime}/site-packages" in makefile
    assert f"--python-version {runtime.removeprefix('python')} " in makefile
    assert runtime == RUNTIME, "functions run locally on another Python than in Lambda"


SCRIPTS = sorted((PROJECT / "src" / "bakeoff" / "scripts").glob("*/requirements.txt"))


def test_what_a_script_installs_is_what_was_tested() -> None:
    """Of CatBoost the package itself: those that it draws with are never imported."""
    installed = {path.parent.name: pins(path) for path in SCRIPTS}
    tested = {**locked_versions(), **pins(PROJECT / "requirements-catboost.lock")}

    assert {name: found[name] for name, found in installed.items()} == {
        name: tested[name] for name in installed
    }
    assert installed["lightgbm"].items() <= tested.items()


LOCKS = sorted([*SCRIPTS, *PROJECT.glob("requirements*.lock"), *LAYER_LOCKS])
REQUIREMENT = re.compile(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", re.MULTILINE | re.DOTALL)
# A registry's address in a lock file ties the project to one network.
ADDRESS = re.compile(r"https?://|--(?:extra-)?index-url|--find-links")
NODE = PROJECT / "tools" / "node"


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_requirement_is_pinned_by_version_and_hash(path: Path) -> None:
    requirements = REQUIREMENT.findall(path.read_text("utf-8"))

    assert requirements and all("==" in each and "--hash=sha256:" in each for each in requirements)


@pytest.mark.parametrize(
    "path", [*LOCKS, *PACKED, *PROJECT.glob("requirements*.in")], ids=lambda path: path.name
)
def test_no_requirement_names_a_registry(path: Path) -> None:
    assert not ADDRESS.search(path.read_text("utf-8"))


def test_every_list_of_requirements_has_a_lock_that_holds_it() -> None:
    for path in PROJECT.glob("requirements*.in"):
        wanted = re.findall(r"^[a-z][a-z0-9-]*", path.read_text("utf-8"), re.MULTILINE)
        assert set(wanted) <= set(pins(path.with_suffix(".lock")))


def test_the_javascript_packages_are_pinned_by_version_and_hash_and_name_no_registry() -> None:
    wanted = json.loads((NODE / "package.json").read_text("utf-8"))["dependencies"]
    packages = json.loads((NODE / "package-lock.json").read_text("utf-8"))["packages"]
    root = packages.pop("")

    assert root["dependencies"] == wanted
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
    assert not any("resolved" in each for each in packages.values())
    assert "omit-lockfile-registry-resolved=true" in (NODE / ".npmrc").read_text("utf-8")


def test_there_is_one_jsonata_and_it_is_that_of_step_functions() -> None:
    """Step Functions' own documentation names 2.0.6."""
    packages = json.loads((NODE / "package-lock.json").read_text("utf-8"))["packages"]

    assert [each["version"] for name, each in packages.items() if name.endswith("/jsonata")] == ["2.0.6"]
