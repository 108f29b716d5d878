"""What goes into Inputs/ of a stack's bucket, and what lies there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from bakeoff_cli.data.choice import Chosen
from bakeoff_cli.data.download import OnBytes
from bakeoff_cli.data.reading import SETTINGS_NAME, is_system_name
from bakeoff_cli.stack.run_objects import body_of
from bakeoff_cli.stack.runs import UploadedObject
from bakeoff_cli.stack.stack import INPUT_PREFIX

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def upload(s3: S3Client, bucket: str, file: Chosen, report: OnBytes, total: int) -> UploadedObject:
    """Put a file under Inputs/; `report` is told of its bytes, as a part of `total`."""
    key = f"{INPUT_PREFIX}{file.name}"
    s3.upload_file(str(file.path), bucket, key, Callback=lambda sent: report(sent, total))
    return UploadedObject(key, s3.head_object(Bucket=bucket, Key=key).get("VersionId"))


def uploaded(s3: S3Client, bucket: str) -> Iterator[str]:
    """The names below Inputs/ of what a run would read."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=INPUT_PREFIX):
        for entry in page.get("Contents", []):
            name = entry["Key"].removeprefix(INPUT_PREFIX)
            if name and not is_system_name(name):
                yield name


def settings_above(s3: S3Client, bucket: str, names: Iterable[str]) -> dict[str, bytes]:
    """The settings' files that lie in the bucket, in the folders of these names below Inputs/ and in those
    above them: what each holds, by its key.
    """
    # Such as a/ and a/b/ of a/b/c.csv.
    folders = {"", *(name[: at + 1] for name in names for at, each in enumerate(name) if each == "/")}
    keys = [f"{INPUT_PREFIX}{folder}{SETTINGS_NAME}" for folder in sorted(folders)]
    return {key: body for key in keys if (body := body_of(s3, bucket, key)) is not None}
