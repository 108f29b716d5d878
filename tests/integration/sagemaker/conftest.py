"""A running embedded AWS with SageMaker's mends only; goes when tests/integration/conftest.py has `site`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.moto_api._internal import moto_api_backend
from moto.server import ThreadedMotoServer

from local_aws.mends import sagemaker
from local_aws.site import Site, open_site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    sagemaker.apply()
    moto_api_backend.reset()
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    site = Site(f"http://127.0.0.1:{server.get_host_and_port()[1]}", tmp_path_factory.mktemp("site"))
    open_site(site)
    yield site
    site.close()
    server.stop()
