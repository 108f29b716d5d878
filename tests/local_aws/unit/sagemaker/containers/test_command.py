"""Which container may be forked from one that has its imports."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local_aws.services.sagemaker.container import LocalCommand
from local_aws.services.sagemaker.containers import ALGORITHMS, command
from local_aws.services.sagemaker.containers.folders import ROOT_VARIABLE

MODULE = "local_aws.services.sagemaker.containers.knn"


@pytest.fixture(autouse=True)
def _linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "is_safe", lambda: True)


def made(given: dict[str, str], root: str = "/a") -> LocalCommand:
    run: Any = SimpleNamespace(root=Path(root))
    return command.module_command(run, MODULE, "train", given, {"SAGEMAKER_BIND_TO_PORT": "1"})


def test_containers_of_an_algorithm_have_one_preload_whatever_only_they_themselves_read() -> None:
    plain, other = made({}), made({"SAGEMAKER_PROGRAM": "train.py", "OMP_NUM_THREADS": "1"}, "/b")

    assert plain.preload
    assert plain.preload == other.preload
    assert plain.preload.file.is_file()
    early = dict(plain.preload.variables)
    assert early.items() <= plain.env.items()
    assert plain.env.keys() - early.keys() == {ROOT_VARIABLE, "SAGEMAKER_BIND_TO_PORT"}
    assert plain.argv == [sys.executable, "-P", "-m", MODULE, "train"]


@pytest.mark.parametrize("name", ["OMP_NUM_THREADS", "LANG", "SCIPY_ARRAY_API", "PYTHONHASHSEED", "PATH"])
def test_a_variable_that_an_import_might_read_asks_for_a_fresh_process(name: str) -> None:
    made_so = made({name: "2"})

    assert made_so.preload is None
    assert made_so.env[name] == "2"


def test_a_path_of_the_requests_does_not_reach_the_interpreter() -> None:
    found = made({"PYTHONPATH": "/lib"})

    assert found.preload
    assert found.env["PYTHONPATH"] == str(command.SOURCE_ROOT)


def test_where_a_fork_is_not_safe_every_container_starts_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "is_safe", lambda: False)

    assert made({}).preload is None


@pytest.mark.parametrize("container", ALGORITHMS, ids=lambda each: each.repositories[0])
def test_each_container_has_its_imports_in_its_main_file(container: Any) -> None:
    run: Any = SimpleNamespace(root=Path("/a"), request={}, name="job")

    preload = container.train_command(run).preload

    assert preload
    assert 'if __name__ == "__main__":' in preload.file.read_text()
