"""The receipts of all runs that a stack's bucket still has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bakeoff.domain.run.documents import Receipt
from bakeoff.domain.run.files import RECEIPT
from bakeoff.domain.run.names import RUN_ID
from bakeoff_cli.documents import readable_receipt
from bakeoff_cli.stack.run_objects import RunObjects

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_RUNS = "runs/"


def receipts_of(s3: S3Client, bucket: str) -> tuple[list[Receipt], list[str]]:
    """All of them, and which runs have none (yet). Raises LeftInconsistent."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=_RUNS, Delimiter="/")
    prefixes = [each["Prefix"] for page in pages for each in page.get("CommonPrefixes", [])]
    names = [prefix.removeprefix(_RUNS).rstrip("/") for prefix in prefixes]
    # The history of all runs lies beside them, in a folder that no run can be called by.
    found = {name: receipt_of(RunObjects(s3, bucket, name)) for name in names if RUN_ID.fullmatch(name)}
    without = [name for name, receipt in found.items() if receipt is None]
    return [each for each in found.values() if each is not None], without


def receipt_of(run: RunObjects) -> Receipt | None:
    """None of a run that has none (yet)."""
    document = run.document(RECEIPT)
    return None if document is None else readable_receipt(document, run.uri(RECEIPT))
