from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local_aws.embedded import EmbeddedAws
from tests.e2e.held import Containers
from tests.e2e.stack import Stack
from tests.template import TEMPLATE_PATH


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what tests recorded as their `summary`, whichever process ran them."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "summary":
                terminalreporter.write_line(str(value))


@pytest.fixture(scope="session")
def stack(embedded: EmbeddedAws) -> Stack:
    """The unmodified template, deployed once; tests clear Inputs/ before they upload."""
    return Stack(embedded, embedded.deploy(TEMPLATE_PATH, "bakeoff-e2e"))


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, stack: Stack) -> Iterator[Containers]:
    """Processing jobs, and training jobs of the image SHELL, wait until the test lets them go on."""
    container = Containers(tmp_path)
    container.install(monkeypatch)
    stack.clear_inputs()
    yield container
    stack.stop_all()
