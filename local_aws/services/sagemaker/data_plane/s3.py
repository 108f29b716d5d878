"""What a job moves between S3 and its folder, with the credentials of its role."""

from __future__ import annotations

import json
import posixpath
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

PREFIX = "S3Prefix"
_CHUNK_BYTES = 1024**2


class UnreadableSource(Exception):
    """A data source that a job cannot have."""


class NoObjects(UnreadableSource):
    """A data source that names nothing; `str(error)` says which."""


class NotFetched(UnreadableSource):
    """An object that cannot be read; `str(error)` says which, and why."""


def split_uri(uri: str) -> tuple[str, str]:
    """Bucket and key of s3://bucket/key."""
    parts = urlsplit(uri, allow_fragments=False)
    if parts.scheme != "s3" or not parts.netloc:
        raise ValueError(f"{uri!r} is not an S3 URI: write s3://bucket/key.")
    # A "?" is an ordinary character of a key.
    return parts.netloc, (parts.path + (f"?{parts.query}" if parts.query else "")).lstrip("/")


def download(s3: Any, data_type: str, uri: str, folder: Path) -> None:
    """Fetch what an S3Prefix or a ManifestFile names into `folder`; NoObjects or NotFetched."""
    folder.mkdir(parents=True, exist_ok=True)
    found = False
    for bucket, key, name in _sources(s3, data_type, uri):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            fetch(s3, bucket, key, target)
        except (ClientError, BotoCoreError) as err:
            # A broken or a falsified body, too: its error does not say of which object it was.
            raise NotFetched(f"s3://{bucket}/{key}: {err}") from err
        found = True
    if not found:
        raise NoObjects(f"No S3 objects found under S3 URL {uri!r} given in input data source.")


def fetch(s3: Any, bucket: str, key: str, target: Path) -> None:
    """One GetObject: download_file asks HeadObject first, whose refusal does not say what was denied."""
    body = s3.get_object(Bucket=bucket, Key=key)["Body"]
    with target.open("wb") as file:
        shutil.copyfileobj(body, file, _CHUNK_BYTES)


def upload_folder(s3: Any, folder: Path, uri: str) -> None:
    """Store every file under `folder` below `uri`, keeping the relative paths."""
    bucket, prefix = split_uri(uri)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            key = posixpath.join(prefix, path.relative_to(folder).as_posix())
            s3.upload_file(str(path), bucket, key)


def _sources(s3: Any, data_type: str, uri: str) -> Iterator[tuple[str, str, str]]:
    """Bucket, key and relative file name of each object that the data source names."""
    bucket, key = split_uri(uri)
    if data_type == PREFIX:
        yield from ((bucket, found, _relative(found, key)) for found in _keys(s3, bucket, key))
        return
    head, *names = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    base_bucket, base = split_uri(head["prefix"])
    for name in names:
        yield base_bucket, base + name, name


def _keys(s3: Any, bucket: str, prefix: str) -> Iterator[str]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        # A key that ends in "/" is the marker of a folder, not data.
        yield from (item["Key"] for item in page.get("Contents", []) if not item["Key"].endswith("/"))


def _relative(key: str, prefix: str) -> str:
    """The name below the last "/" of the prefix: a prefix need not end at a folder."""
    return key[prefix.rfind("/") + 1 :] if not prefix.endswith("/") else key[len(prefix) :]
