"""The data bucket as the domain sees it."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bakeoff.adapters.clients import code_of, make_client, translated
from bakeoff.domain.ports import StoredObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CopySourceTypeDef, ObjectTypeDef, ObjectVersionTypeDef

INPUTS = "Inputs/"
_CHUNK_BYTES = 1024 * 1024
# Fewer than botocore keeps connections.
_AT_ONCE = 8


class S3RunStore:
    """Implements `domain.ports.RunStore` and `domain.intake.turns.TurnStore` on one bucket."""

    def __init__(self, bucket: str, client: S3Client | None = None) -> None:
        self.bucket = bucket
        self._s3: S3Client = client or make_client("s3")

    def list_inputs(self) -> list[StoredObject]:
        return [
            StoredObject(
                key=version["Key"],
                version_id=version["VersionId"],
                etag=version["ETag"].strip('"'),
                bytes=version["Size"],
            )
            for version in self._input_versions()
            if version["IsLatest"]
        ]

    def overwritten(self, read: Mapping[str, str]) -> list[str]:
        # S3 lists the versions of a key newest first.
        newest: dict[str, str] = {}
        for version in self._input_versions():
            newest.setdefault(version["Key"], version["VersionId"])
        return [key for key, version_id in read.items() if newest.get(key, version_id) != version_id]

    def upload_moments(self) -> Iterator[tuple[str, datetime]]:
        return ((version["Key"], version["LastModified"]) for version in self._input_versions())

    def _input_versions(self) -> Iterator[ObjectVersionTypeDef]:
        with translated(f"Listing s3://{self.bucket}/{INPUTS}"):
            pages = self._s3.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=INPUTS)
            for page in pages:
                yield from page.get("Versions", [])

    def read_head(self, stored: StoredObject, size: int) -> bytes:
        return self._read_range(stored, f"bytes=0-{size - 1}")

    def read_tail(self, stored: StoredObject, size: int) -> bytes:
        return self._read_range(stored, f"bytes=-{size}")

    def _read_range(self, stored: StoredObject, wanted: str) -> bytes:
        with translated(f"Reading {self._uri(stored.key)}"):
            answer = self._s3.get_object(
                Bucket=self.bucket, Key=stored.key, VersionId=stored.version_id, Range=wanted
            )
            return answer["Body"].read()

    def copy(self, stored: StoredObject, key: str) -> None:
        with translated(f"Copying {self._uri(stored.key)}"):
            source: CopySourceTypeDef = {
                "Bucket": self.bucket,
                "Key": stored.key,
                "VersionId": stored.version_id,
            }
            # The managed copy works in parts above S3's 5 GiB for one request. Tags stay behind: copying them
            # needs permissions of their own.
            self._s3.copy(source, self.bucket, key, ExtraArgs={"TaggingDirective": "REPLACE"})

    def write_text(self, key: str, text: str, content_type: str) -> None:
        # A lone surrogate, legal in JSON but not in UTF-8, is written as its escape \udXXX.
        self.write_bytes(key, text.encode(errors="backslashreplace"), content_type)

    def write_texts(self, texts: Mapping[str, str], content_type: str) -> None:
        # Threads may share a client, and each request is a round trip of its own.
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for written in [pool.submit(self.write_text, *text, content_type) for text in texts.items()]:
                written.result()

    def write_bytes(self, key: str, body: bytes, content_type: str) -> None:
        with translated(f"Writing {self._uri(key)}"):
            self._s3.put_object(Bucket=self.bucket, Key=key, Body=body, ContentType=content_type)

    def write_json(self, key: str, value: Any) -> None:
        text = json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False)
        self.write_text(key, text + "\n", "application/json")

    def read_json(self, key: str) -> Any:
        with translated(f"Reading {self._uri(key)}"):
            try:
                return json.loads(self._s3.get_object(Bucket=self.bucket, Key=key)["Body"].read())
            except ClientError as err:
                if self._tells_of_absence(err, key):
                    raise FileNotFoundError(f"There is no {self._uri(key)}.") from err
                raise

    def sizes(self, prefix: str) -> dict[str, int]:
        with translated(f"Listing {self._uri(prefix)}"):
            return {item["Key"]: item["Size"] for item in self._objects(prefix)}

    def read_lines(self, prefix: str) -> Iterator[str]:
        with translated(f"Reading {self._uri(prefix)}"):
            for item in self._objects(prefix):
                body = self._s3.get_object(Bucket=self.bucket, Key=item["Key"])["Body"]
                yield from (codecs.decode(line, "utf-8") for line in body.iter_lines(chunk_size=_CHUNK_BYTES))

    def describe(self, key: str) -> tuple[str, int]:
        """The ETag of an object, and its size in bytes. Raises FileNotFoundError when there is none."""
        with translated(f"Looking at {self._uri(key)}"):
            try:
                answer = self._s3.head_object(Bucket=self.bucket, Key=key)
            except ClientError as err:
                # A request for the head alone has no body that could name the error.
                if code_of(err) in ("404", "NoSuchKey"):
                    raise FileNotFoundError(f"There is no {self._uri(key)}.") from err
                raise
        return answer["ETag"].strip('"'), answer["ContentLength"]

    def copy_object(self, source: str, key: str) -> None:
        with translated(f"Copying {self._uri(source)}"):
            copied: CopySourceTypeDef = {"Bucket": self.bucket, "Key": source}
            self._s3.copy(copied, self.bucket, key, ExtraArgs={"TaggingDirective": "REPLACE"})

    def delete(self, key: str) -> None:
        with translated(f"Deleting {self._uri(key)}"):
            self._s3.delete_object(Bucket=self.bucket, Key=key)

    def _objects(self, prefix: str) -> Iterator[ObjectTypeDef]:
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
            yield from page.get("Contents", [])

    def _tells_of_absence(self, err: ClientError, key: str) -> bool:
        """S3 says that an object is missing only to those who may list the whole bucket; to others, no."""
        if code_of(err) != "AccessDenied":
            return code_of(err) == "NoSuchKey"
        try:
            page = self._s3.list_objects_v2(Bucket=self.bucket, Prefix=key, MaxKeys=1)
        except ClientError:
            # Without s3:ListBucket, missing and forbidden look alike: AccessDenied stays.
            return False
        return all(item["Key"] != key for item in page.get("Contents", []))

    def _uri(self, key: str) -> str:
        return f"s3://{self.bucket}/{key}"
