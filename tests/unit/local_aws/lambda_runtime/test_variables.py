"""Where /opt is on a laptop."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_aws.lambda_runtime import variables
from local_aws.lambda_runtime.variables import package_folders, relocated


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("/opt", "/layers"),
        ("/opt/python/x", "/layers/python/x"),
        ("/optional", "/optional"),
        ("s3://opt/x", "s3://opt/x"),
        ("see /opt", "see /opt"),
        ("", ""),
    ],
)
def test_only_paths_of_layers_are_relocated(value: str, expected: str) -> None:
    assert relocated(value, Path("/layers")) == expected


@pytest.mark.parametrize(
    ("system", "machine", "expected"),
    [
        ("Linux", "x86_64", ["/layers/python", "/layers/python/lib/python3.13/site-packages"]),
        # Compiled packages of a layer cannot be loaded here, and ours stand in.
        ("Darwin", "arm64", ["/layers/python"]),
        ("Linux", "aarch64", ["/layers/python"]),
    ],
)
def test_packages_of_layers_are_for_lambdas_platform(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, expected: list[str]
) -> None:
    monkeypatch.setattr(variables, "_PYTHON", "python3.13")
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setattr("platform.machine", lambda: machine)

    assert [str(folder) for folder in package_folders(Path("/layers"))] == expected
