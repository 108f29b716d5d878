"""A running embedded AWS with the mends under test. Gives way to tests/integration/conftest.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from local_aws.mends import iam, lambda_functions
from local_aws.site import Site, open_site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    iam.apply()
    lambda_functions.apply()
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    work_dir: Path = tmp_path_factory.mktemp("site")
    site = Site(f"http://127.0.0.1:{server.get_host_and_port()[1]}", work_dir)
    open_site(site)
    yield site
    site.close()
    server.stop()
