"""What a run has left in a stack's bucket."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from bakeoff.domain.errors import InvalidRunId
from bakeoff.domain.run.documents import Comparison
from bakeoff.domain.run.files import COMPARISON, REPORT
from bakeoff.domain.run.names import run_prefix
from bakeoff_cli.documents import readable_comparison
from bakeoff_cli.errors import LeftInconsistent

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


_OF_ONE_UNIT = re.compile(r"datasets/[^/]+/(fold-[0-9]+|final)/(train|validation)/")


@dataclass(frozen=True)
class RunObjects:
    """The objects of one run; whoever may write to the bucket may have changed them since."""

    s3: S3Client
    bucket: str
    run_id: str

    def uri(self, name: str) -> str:
        """The address of an object. Raises InvalidRunId."""
        return f"s3://{self.bucket}/{run_prefix(self.run_id)}{name}"

    def document(self, name: str) -> Any:
        """A JSON document; None if it is not there. Raises LeftInconsistent when it holds no JSON."""
        body = self._body(name)
        try:
            return None if body is None else json.loads(body)
        except (ValueError, RecursionError) as err:
            raise LeftInconsistent(f"{self.uri(name)} is damaged: it holds no JSON ({err}).") from err

    def comparison(self) -> Comparison | None:
        """None if the run ended before it was written."""
        found = self.document(COMPARISON)
        return None if found is None else readable_comparison(found, self.uri(COMPARISON))

    def report(self) -> bytes | None:
        """None if there is no such run, or it ended before it was written."""
        return self._body(REPORT)

    def save(self, output: Path) -> Path:
        """Copy the objects to `output`/<run_id>/, in the bucket's layout; returns that folder.

        Without what the units of a mixed table with folds are trained on: the same rows as often as there are
        folds.
        """
        folder = output / self.run_id
        for key, relative in self._listed():
            target = folder / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            self.s3.download_file(self.bucket, key, str(target))
        return folder

    def _listed(self) -> Iterator[tuple[str, PurePosixPath]]:
        prefix = run_prefix(self.run_id)
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
            for key in (entry["Key"] for entry in page.get("Contents", [])):
                relative = PurePosixPath(key.removeprefix(prefix))
                if ".." in relative.parts or relative.is_absolute():
                    raise LeftInconsistent(
                        f"s3://{self.bucket}/{key} would be saved outside the run's folder."
                    )
                if not key.endswith("/") and not _OF_ONE_UNIT.match(str(relative)):
                    yield key, relative

    def _body(self, name: str) -> bytes | None:
        try:
            return body_of(self.s3, self.bucket, f"{run_prefix(self.run_id)}{name}")
        except InvalidRunId:
            return None  # Step Functions takes more names than there are folders of runs


def body_of(s3: S3Client, bucket: str, key: str) -> bytes | None:
    """What an object holds; None if it is not there."""
    from botocore.exceptions import ClientError

    try:
        return s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as err:
        # Without s3:ListBucket a missing object is reported as a refusal; only its absence is ordinary.
        if err.response["Error"].get("Code") not in ("NoSuchKey", "404"):
            raise
        return None
