"""The history of a stack's runs, as it lies in the bucket."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from bakeoff.domain.errors import InvalidRunId
from bakeoff.domain.run.documents import PastRun
from bakeoff.domain.run.files import REPORT
from bakeoff.domain.run.history import ENTRIES, MOST_ENTRIES, PAGE, is_entry
from bakeoff.domain.run.names import run_prefix
from bakeoff_cli.data.files import replacing, writable_folder
from bakeoff_cli.errors import LeftInconsistent
from bakeoff_cli.stack.run_objects import RunObjects, body_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

INDEX = PAGE.rpartition("/")[2]


@dataclass(frozen=True)
class RunIndex:
    s3: S3Client
    bucket: str

    def entries(self) -> list[PastRun]:
        """Oldest first. Raises LeftInconsistent for one that holds no JSON object."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=ENTRIES)
        keys = sorted(
            filter(is_entry, (entry["Key"] for page in pages for entry in page.get("Contents", [])))
        )
        bodies = ((key, body_of(self.s3, self.bucket, key)) for key in keys[-MOST_ENTRIES:])
        return [_entry(key, body) for key, body in bodies if body is not None]

    def save(self, folder: Path) -> Path | None:
        """The page, put into `folder`; None where no run has written one."""
        page = body_of(self.s3, self.bucket, PAGE)
        if page is None:
            return None
        with replacing(writable_folder(folder) / INDEX) as file:
            file.write(page)
        return folder / INDEX

    def save_reports(self, folder: Path, entries: list[PastRun]) -> None:
        """Where the page in `folder` looks for them; those that lie there already stay."""
        for run_id in (entry["run_id"] for entry in entries):
            try:
                run_prefix(run_id)
            except InvalidRunId as err:
                raise LeftInconsistent(f"s3://{self.bucket}/{ENTRIES} was changed: {err}") from err
            place = folder / run_id / REPORT
            report = None if place.exists() else RunObjects(self.s3, self.bucket, run_id).report()
            if report is not None:
                with replacing(writable_folder(place.parent) / REPORT) as file:
                    file.write(report)


def _entry(key: str, body: bytes) -> PastRun:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as err:
        raise LeftInconsistent(f"{key} is damaged: it holds no JSON ({err}).") from err
    if not isinstance(found, dict) or not {"run_id", "created_at", "candidates", "headline"} <= found.keys():
        raise LeftInconsistent(f"{key} is damaged: it is no entry of a history.")
    return cast(PastRun, found)
