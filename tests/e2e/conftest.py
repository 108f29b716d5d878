from __future__ import annotations

from typing import Any

import pytest

from local_aws.embedded import EmbeddedAws
from tests.e2e.stack import Stack


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what tests recorded as their `summary`, whichever process ran them."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "summary":
                terminalreporter.write_line(str(value))


@pytest.fixture(scope="session")
def stack(embedded: EmbeddedAws) -> Stack:
    """The unmodified template, deployed once; tests clear Inputs/ before they upload."""
    return Stack(embedded, embedded.deploy("bakeoff-e2e"))
