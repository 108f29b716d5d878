"""What S3 refuses, Hadoop hears."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from local_aws.core.instance import Instance
from local_aws.services.sagemaker.containers.spark.webhdfs.bridge import S3Bridge
from tests.local_aws.integration.spark.conftest import Assume
from tests.local_aws.integration.spark.support import WebHdfs


@pytest.fixture
def limited(instance: Instance, s3: Any, bucket: str, assume: Assume) -> Iterator[WebHdfs]:
    """The bridge of a role that may read what is under in/ and list everything, but write nothing."""
    for key in ("in/a", "secret/b"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"content")
    arn = f"arn:aws:s3:::{bucket}"
    bridge = S3Bridge(
        instance.client("s3", assume(["s3:GetObject", "s3:ListBucket"], f"{arn}/in/*", arn)), instance.threads
    )
    yield WebHdfs(bridge.port, bucket)
    bridge.close()


def test_the_role_may_do_what_its_policy_allows(limited: WebHdfs) -> None:
    assert limited.read("in/a").content == b"content"
    assert limited.names("") == ["in/", "secret/"]


def test_an_object_that_the_role_may_not_read_is_refused(limited: WebHdfs) -> None:
    status, java, message = limited.read("secret/b").exception

    assert (status, java) == (403, "AccessDeniedException")
    assert message.startswith(f"HeadObject s3://{limited.bucket}/secret/b: 403")


def test_a_write_that_the_role_may_not_do_is_refused_with_the_reason(s3: Any, limited: WebHdfs) -> None:
    status, java, message = limited.write("in/new", b"x").exception

    assert (status, java) == (403, "AccessDeniedException")
    assert message.startswith(f"PutObject s3://{limited.bucket}/in/new: AccessDenied User: arn:aws:sts::")
    assert "is not authorized to perform: s3:PutObject" in message


def test_a_deletion_that_the_role_may_not_do_is_refused(s3: Any, limited: WebHdfs) -> None:
    status, java, _ = limited.ask("DELETE", "DELETE", "in/a", recursive="true").exception

    assert (status, java) == (403, "AccessDeniedException")
    assert s3.get_object(Bucket=limited.bucket, Key="in/a")["Body"].read() == b"content"


def test_a_rename_that_the_role_may_not_do_leaves_the_source(s3: Any, limited: WebHdfs) -> None:
    assert limited.rename("in", "in2").exception[1] == "AccessDeniedException"

    assert s3.get_object(Bucket=limited.bucket, Key="in/a")["Body"].read() == b"content"


@pytest.mark.parametrize("operation", ["GETFILESTATUS", "LISTSTATUS", "OPEN"])
def test_a_bucket_that_does_not_exist_is_named(webhdfs: WebHdfs, operation: str) -> None:
    status, java, message = WebHdfs(webhdfs.port, "no-such-bucket").ask("GET", operation, "a").exception

    assert (status, java) == (404, "FileNotFoundException")
    assert "s3://no-such-bucket/a" in message
    assert "NoSuchBucket" in message


def test_a_missing_object_is_named(bucket: str, webhdfs: WebHdfs) -> None:
    missing = f"s3://{bucket}/none does not exist"

    assert webhdfs.ask("GET", "GETFILESTATUS", "none").exception == (404, "FileNotFoundException", missing)
    assert webhdfs.ask("GET", "LISTSTATUS", "none").exception == (404, "FileNotFoundException", missing)
    assert webhdfs.read("none").exception == (404, "FileNotFoundException", missing)


def test_another_address_is_answered_with_the_reason(webhdfs: WebHdfs) -> None:
    status, java, message = webhdfs.send("GET", "http://example.com/index.html").exception

    assert (status, java) == (500, "IOException")
    assert message == (
        "http://example.com/index.html is not an S3 path, and the JVM of a local Spark job reaches the "
        "embedded AWS only."
    )
