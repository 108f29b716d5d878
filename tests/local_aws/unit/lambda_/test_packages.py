"""Where the packages of layers come from on a machine that is not like Lambda's."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_aws.core.errors import NoLambdaRuntime
from local_aws.services.lambda_ import interpreter
from local_aws.services.lambda_.environments import packages
from local_aws.services.lambda_.environments.packages import package_folders
from local_aws.services.lambda_.interpreter import Interpreter, difference, installed

RUNTIME = "python3.13"


def files(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(folder.name))
    return folder


@pytest.fixture
def layers(tmp_path: Path) -> Path:
    files(tmp_path / "layers" / "python", "own.py")
    compiled = "_engine.cpython-313-x86_64-linux-gnu.so"
    files(
        tmp_path / "layers" / "python" / "lib" / RUNTIME / "site-packages",
        *("pure/__init__.py", "single.py", "engine/__init__.py", f"engine/{compiled}", f"top{compiled}"),
        *("engine.libs/libengine.so.3", "lost/__init__.py", f"lost/{compiled}"),
    )
    return tmp_path / "layers"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's own environment."""
    folder = files(tmp_path / "project", "engine/__init__.py", "top_engine.abi3.so", "pure.py", "other.py")
    monkeypatch.setattr(packages, "_PROJECT", folder)
    return folder


def here(monkeypatch: pytest.MonkeyPatch, name: str, system: str, machine: str) -> Interpreter:
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setattr("platform.machine", lambda: machine)
    return Interpreter(Path("python"), name, Path("packages"))


def test_lambdas_python_on_its_platform_has_the_layers_as_they_are(
    monkeypatch: pytest.MonkeyPatch, layers: Path, tmp_path: Path
) -> None:
    found = package_folders(layers, RUNTIME, here(monkeypatch, RUNTIME, "Linux", "x86_64"), tmp_path / "l")

    assert found == [layers / "python", layers / "python" / "lib" / RUNTIME / "site-packages"]


@pytest.mark.parametrize(
    ("name", "system", "machine"),
    [
        ("python3.11", "Linux", "x86_64"),
        (RUNTIME, "Darwin", "arm64"),
        (RUNTIME, "Linux", "aarch64"),
    ],
)
def test_elsewhere_compiled_packages_are_the_projects_and_pure_ones_the_layers(
    monkeypatch: pytest.MonkeyPatch,
    layers: Path,
    project: Path,
    tmp_path: Path,
    name: str,
    system: str,
    machine: str,
) -> None:
    for _ in range(2):
        own, linked = package_folders(
            layers, RUNTIME, here(monkeypatch, name, system, machine), tmp_path / "l"
        )

    assert (own / "own.py").read_text() == "python"
    assert {path.name: path.resolve().is_relative_to(project) for path in linked.iterdir()} == {
        "pure": False,
        "single.py": False,
        "engine": True,
        "top_engine.abi3.so": True,
    }


def test_a_difference_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreter, "installed", lambda: here(monkeypatch, "python3.11", "Linux", "x86_64"))
    assert "Functions run on python3.11 here, not on Lambda's python3.13" in str(difference(RUNTIME))

    monkeypatch.setattr(interpreter, "installed", lambda: here(monkeypatch, RUNTIME, "Linux", "x86_64"))
    assert difference(RUNTIME) is None


def test_what_is_not_installed_is_said_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(NoLambdaRuntime, match="run `make lambda` once"):
        installed(tmp_path)
