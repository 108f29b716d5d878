from __future__ import annotations

import pytest

from local_aws.embedded import EmbeddedAws
from tests.e2e.stack import Stack


@pytest.fixture(scope="session")
def stack(embedded: EmbeddedAws) -> Stack:
    """The unmodified template, deployed once; tests clear Inputs/ before they upload."""
    return Stack(embedded, embedded.deploy("bakeoff-e2e"))
