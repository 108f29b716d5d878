from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from bakeoff.adapters.run_store import S3RunStore
from bakeoff.domain.ports import StoredObject
from local_aws.core.instance import Instance

_NUMBERS = itertools.count()


class S3Bench:
    """A versioned bucket of its own, the store on it, and what others do to it."""

    def __init__(self, instance: Instance) -> None:
        self.bucket = f"adapters-{next(_NUMBERS)}"
        self.s3 = instance.client("s3")
        self.s3.create_bucket(Bucket=self.bucket)
        self.s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"})
        self.store = S3RunStore(self.bucket, self.s3)

    def put(self, key: str, body: bytes, **options: Any) -> StoredObject:
        answer = self.s3.put_object(Bucket=self.bucket, Key=key, Body=body, **options)
        return StoredObject(key, answer["VersionId"], answer["ETag"].strip('"'), len(body))

    def delete(self, key: str) -> None:
        self.s3.delete_object(Bucket=self.bucket, Key=key)


@pytest.fixture
def bench(instance: Instance) -> S3Bench:
    return S3Bench(instance)


@functools.cache
def _client(service: str) -> Any:
    """Making one takes half a second, most of it for the service's model."""
    return boto3.Session("key", "secret", region_name="us-east-1").client(service)  # type: ignore[call-overload]


class Stubbed:
    """A client whose answers are given beforehand; a call that was not expected fails."""

    def __init__(self, service: str) -> None:
        self.client = _client(service)
        self.stubber = Stubber(self.client)


@pytest.fixture
def stubbed(request: pytest.FixtureRequest) -> Iterator[Stubbed]:
    """For the service that the test's module names in SERVICE."""
    stubbed = Stubbed(request.module.SERVICE)
    with stubbed.stubber:
        yield stubbed
    stubbed.stubber.assert_no_pending_responses()
