"""A stack's bucket: what goes into Inputs/, and what a run leaves under runs/<run_id>/."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from bakeoff_cli.data.choice import Chosen
from bakeoff_cli.data.download import OnBytes
from bakeoff_cli.data.reading import is_system_name
from bakeoff_cli.documents import REPORT_NAME, require_readable
from bakeoff_cli.errors import LeftInconsistent
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


def comparison_of(s3: S3Client, bucket: str, run_id: str) -> dict[str, Any] | None:
    """The run's comparison.json; None if the run ended before it was written."""
    comparison = document_of(s3, bucket, run_id, "comparison.json")
    if comparison is None:
        return None
    require_readable(comparison, f"s3://{bucket}/runs/{run_id}/comparison.json")
    return dict(comparison)


def document_of(s3: S3Client, bucket: str, run_id: str, name: str) -> Any:
    """A JSON document of a run, by its name below the run's prefix; None if it is not there.

    Raises LeftInconsistent when it holds no JSON.
    """
    key = f"runs/{run_id}/{name}"
    body = _body(s3, bucket, key)
    try:
        return None if body is None else json.loads(body)
    except (ValueError, RecursionError) as err:
        raise LeftInconsistent(f"s3://{bucket}/{key} is damaged: it holds no JSON ({err}).") from err


def report_key(run_id: str) -> str:
    return f"runs/{run_id}/{REPORT_NAME}"


def report_of(s3: S3Client, bucket: str, run_id: str) -> bytes | None:
    """The run's report.html; None if there is no such run, or it ended before it was written."""
    return _body(s3, bucket, report_key(run_id))


def _body(s3: S3Client, bucket: str, key: str) -> bytes | None:
    from botocore.exceptions import ClientError

    try:
        return s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as err:
        # Without s3:ListBucket a missing object is reported as a refusal; only its absence is ordinary.
        if err.response["Error"].get("Code") not in ("NoSuchKey", "404"):
            raise
        return None


def save_run(s3: S3Client, bucket: str, run_id: str, output: Path) -> Path:
    """Copy every object of the run to `output`/<run_id>/, in the bucket's layout; returns that folder."""
    folder = output / run_id
    for key, relative in _objects_of(s3, bucket, run_id):
        target = folder / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        s3.download_file(bucket, key, str(target))
    return folder


def _objects_of(s3: S3Client, bucket: str, run_id: str) -> Iterator[tuple[str, PurePosixPath]]:
    prefix = f"runs/{run_id}/"
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", []):
            relative = PurePosixPath(entry["Key"].removeprefix(prefix))
            if ".." in relative.parts or relative.is_absolute():
                raise LeftInconsistent(
                    f"s3://{bucket}/{entry['Key']} would be saved outside the run's folder."
                )
            if not entry["Key"].endswith("/"):
                yield entry["Key"], relative
