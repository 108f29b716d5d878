"""Deleting everything in a versioned bucket, and the bucket."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from bakeoff.adapters.clients import code_of, make_client, translated
from bakeoff.domain.errors import ServiceError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef


ATTEMPTS = 5


def empty_bucket(bucket: str, client: S3Client | None = None) -> None:
    """Delete every version and delete marker. Raises ServiceError when S3 keeps one."""
    with translated(f"Emptying s3://{bucket}"):
        _delete_objects(client or make_client("s3"), bucket)


def delete_bucket(bucket: str, client: S3Client | None = None, pause: float = 2) -> None:
    """Delete a bucket and all that is in it; CloudFormation may ask again when it is gone. What others write
    meanwhile, such as a receipt of a run that was just stopped, goes with the next of ATTEMPTS, `pause`
    seconds apart.

    Raises ServiceError when S3 keeps it.
    """
    s3: S3Client = client or make_client("s3")
    with translated(f"Deleting s3://{bucket}"), suppress(s3.exceptions.NoSuchBucket):
        for left in reversed(range(ATTEMPTS)):
            _delete_objects(s3, bucket)
            try:
                s3.delete_bucket(Bucket=bucket)
                return
            except ClientError as err:
                if code_of(err) != "BucketNotEmpty" or not left:
                    raise
            time.sleep(pause)


def _delete_objects(s3: S3Client, bucket: str) -> None:
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        doomed: list[ObjectIdentifierTypeDef] = [
            {"Key": version["Key"], "VersionId": version["VersionId"]}
            for version in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        ]
        if not doomed:
            continue
        answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": doomed, "Quiet": True})
        kept = [str(error.get("Key")) for error in answer.get("Errors", [])]
        if kept:
            raise ServiceError(f"S3 keeps {len(kept)} objects of s3://{bucket}, the first is {kept[0]}.")
