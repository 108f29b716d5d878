"""A bucket, roles, and the bridge as Hadoop's client sees it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local_aws.core.instance import Credentials, Instance
from local_aws.services.sagemaker.containers.spark.webhdfs.bridge import S3Bridge
from tests.local_aws.integration.spark.jobs import role_of
from tests.local_aws.integration.spark.support import WebHdfs

Assume = Callable[..., Credentials]


@pytest.fixture
def s3(instance: Instance) -> Any:
    return instance.client("s3")


@pytest.fixture
def bucket(s3: Any) -> str:
    """Dashes, dots and digits: all that a bucket's name may be made of."""
    name = f"data-1.{uuid.uuid4().hex[:8]}"
    s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def webhdfs(instance: Instance, bucket: str) -> Iterator[WebHdfs]:
    """The bridge with all rights."""
    bridge = S3Bridge(instance.client("s3"), instance.threads)
    yield WebHdfs(bridge.port, bucket)
    bridge.close()


@pytest.fixture
def assume(instance: Instance) -> Assume:
    """Credentials of a new role that may do `actions` on `resources`."""

    def make(actions: list[str], *resources: str) -> Credentials:
        return role_of(instance, (actions, list(resources)))

    return make
