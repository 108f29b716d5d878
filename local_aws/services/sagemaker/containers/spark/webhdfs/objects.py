"""The calls of S3 that a file system is made of."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from local_aws.services.sagemaker.containers.spark.webhdfs.paths import S3Path

PAGE = 1000  # keys in one page of a list, and in one DeleteObjects: S3's own limit
_ONE_COPY = 5 * 1024**3  # bytes that one CopyObject copies at most, by the S3 API
_ABSENT = {"404", "NoSuchKey", "NotFound"}
# Each request of Spark has a thread already; more of them would only multiply the buffers.
_TRANSFER = TransferConfig(use_threads=False)


@dataclass(frozen=True)
class Entry:
    """A file or a folder. `size` in bytes, `modified` in milliseconds since 1970; both 0 for a folder."""

    path: S3Path
    is_folder: bool
    size: int = 0
    modified: int = 0


class Objects:
    """Objects as entries. Every method raises botocore's ClientError when S3 refuses."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def find(self, path: S3Path) -> Entry | None:
        """The object with exactly this key."""
        try:
            head = self._client.head_object(Bucket=path.bucket, Key=path.key)
        except ClientError as err:
            if err.response["Error"]["Code"] in _ABSENT:
                return None
            raise
        return _file(path, head["ContentLength"], head["LastModified"])

    def any_under(self, folder: S3Path) -> bool:
        reply = self._client.list_objects_v2(Bucket=folder.bucket, Prefix=folder.prefix, MaxKeys=1)
        return bool(reply["KeyCount"])

    def all_under(self, folder: S3Path) -> Iterator[Entry]:
        for page in self._pages(folder):
            for item in page.get("Contents", ()):
                yield _file(S3Path(folder.bucket, item["Key"]), item["Size"], item["LastModified"])

    def children(self, folder: S3Path) -> Iterator[Entry]:
        """Files and folders right below; an object that only marks the folder itself is not one."""
        for page in self._pages(folder, Delimiter="/"):
            for item in page.get("CommonPrefixes", ()):
                if item["Prefix"] != f"{folder.prefix}/":
                    yield Entry(S3Path(folder.bucket, item["Prefix"][:-1]), is_folder=True)
            for item in page.get("Contents", ()):
                if item["Key"] != folder.prefix:
                    yield _file(S3Path(folder.bucket, item["Key"]), item["Size"], item["LastModified"])

    def read(self, path: S3Path, offset: int, length: int | None) -> tuple[IO[bytes], int]:
        """A stream of `length` bytes from `offset` (to the end when None), and its size in bytes."""
        end = "" if length is None else offset + length - 1
        # A range is unsatisfiable on an empty object, and the whole object needs none.
        part = {"Range": f"bytes={offset}-{end}"} if offset or length is not None else {}
        try:
            reply = self._client.get_object(Bucket=path.bucket, Key=path.key, **part)
        except ClientError as err:
            if err.response["Error"]["Code"] == "InvalidRange":
                # Hadoop reads on after the last byte and expects to get nothing.
                return io.BytesIO(), 0
            raise
        return reply["Body"], reply["ContentLength"]

    def write(self, path: S3Path, content: IO[bytes]) -> None:
        self._client.upload_fileobj(content, path.bucket, path.key, Config=_TRANSFER)

    def copy(self, file: Entry, destination: S3Path) -> None:
        """Server-side, in parts where an object is too large for one CopyObject."""
        source = {"Bucket": file.path.bucket, "Key": file.path.key}
        if file.size <= _ONE_COPY:
            self._client.copy_object(CopySource=source, Bucket=destination.bucket, Key=destination.key)
        else:
            self._client.copy(source, destination.bucket, destination.key, Config=_TRANSFER)

    def delete(self, bucket: str, keys: Iterable[str]) -> None:
        remaining = iter(keys)
        while batch := list(itertools.islice(remaining, PAGE)):
            request = {"Objects": [{"Key": key} for key in batch], "Quiet": True}
            reply = self._client.delete_objects(Bucket=bucket, Delete=request)
            # DeleteObjects answers 200 even when it refuses some of the keys.
            for refused in reply.get("Errors", ()):
                raise ClientError({"Error": refused}, "DeleteObjects")

    def _pages(self, folder: S3Path, **options: str) -> Iterable[dict[str, Any]]:
        pages: Iterable[dict[str, Any]] = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=folder.bucket, Prefix=folder.prefix, PaginationConfig={"PageSize": PAGE}, **options
        )
        return pages


def _file(path: S3Path, size: int, modified: Any) -> Entry:
    return Entry(path, is_folder=False, size=size, modified=int(modified.timestamp() * 1000))
