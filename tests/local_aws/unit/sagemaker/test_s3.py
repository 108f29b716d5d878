from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import FlexibleChecksumError

from local_aws.services.sagemaker.data_plane.s3 import (
    NoObjects,
    NotFetched,
    download,
    split_uri,
    upload_folder,
)


class FakeS3:
    """Objects in a dict, behind the three calls that jobs make."""

    def __init__(self, **objects: bytes) -> None:
        self.objects = {("bucket", key): value for key, value in objects.items()}

    def get_paginator(self, operation: str) -> FakeS3:
        assert operation == "list_objects_v2"
        return self

    def paginate(self, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:
        for bucket, key in sorted(self.objects):
            if bucket == Bucket and key.startswith(Prefix):
                yield {"Contents": [{"Key": key}]}
        yield {}

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:
        return {"Body": io.BytesIO(self.objects[Bucket, Key])}

    def upload_file(self, path: str, bucket: str, key: str) -> None:
        self.objects[bucket, key] = Path(path).read_bytes()


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize(
    ("uri", "parts"),
    [("s3://b/k/x", ("b", "k/x")), ("s3://b", ("b", "")), ("s3://b/a?b#c", ("b", "a?b#c"))],
)
def test_an_s3_uri_has_a_bucket_and_a_key(uri: str, parts: tuple[str, str]) -> None:
    assert split_uri(uri) == parts


@pytest.mark.parametrize("uri", ["https://b/k", "s3:///k", "b/k"])
def test_another_uri_is_refused(uri: str) -> None:
    with pytest.raises(ValueError, match="is not an S3 URI"):
        split_uri(uri)


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("s3://bucket/in/", {"a": b"1", "sub/b": b"2"}),
        ("s3://bucket/in", {"in/a": b"1", "in/sub/b": b"2", "inside": b"3"}),
        ("s3://bucket/in/a", {"a": b"1"}),
    ],
)
def test_a_prefix_brings_every_object_that_starts_with_it(
    tmp_path: Path, uri: str, expected: dict[str, bytes]
) -> None:
    s3 = FakeS3(**{"in/": b"", "in/a": b"1", "in/sub/b": b"2", "inside": b"3", "out/c": b"4"})

    download(s3, "S3Prefix", uri, tmp_path)

    assert tree(tmp_path) == expected


def test_a_manifest_brings_what_it_lists(tmp_path: Path) -> None:
    manifest = json.dumps([{"prefix": "s3://bucket/in/"}, "a", "sub/b"]).encode()
    s3 = FakeS3(**{"in/a": b"1", "in/sub/b": b"2", "in/c": b"3", "manifest": manifest})

    download(s3, "ManifestFile", "s3://bucket/manifest", tmp_path)

    assert tree(tmp_path) == {"a": b"1", "sub/b": b"2"}


def test_a_prefix_without_objects_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NoObjects, match="No S3 objects found under S3 URL 's3://bucket/in/'"):
        download(FakeS3(), "S3Prefix", "s3://bucket/in/", tmp_path)


def test_a_folder_is_stored_below_a_uri(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b").write_bytes(b"2")
    s3 = FakeS3()

    upload_folder(s3, tmp_path, "s3://bucket/out")

    assert s3.objects == {("bucket", "out/sub/b"): b"2"}


def test_an_object_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    class Broken(FakeS3):
        def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:
            raise FlexibleChecksumError(error_msg="Expected checksum x did not match")

    with pytest.raises(NotFetched, match="s3://bucket/in/a: Expected checksum x"):
        download(Broken(**{"in/a": b"1"}), "S3Prefix", "s3://bucket/in/", tmp_path)
