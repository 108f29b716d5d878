"""Production's endpoint as it is now, and what the bucket tells of its versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bakeoff.domain.promotion.deployment import IN_TRANSITION, Deployment
from bakeoff.domain.run.documents import ProductionRecord
from bakeoff.domain.run.history import ENTRIES, is_entry
from bakeoff.domain.run.production import VERSIONS, version_of
from bakeoff_cli.stack.production.documents import Judged, judged_in, readable_record
from bakeoff_cli.stack.run_objects import body_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sagemaker import SageMakerClient

# Few of SageMaker's operations have an error of their own for what is not there.
_ABSENT = ("not find", "not found", "not exist")
# SageMaker's own maintenance leaves the version as it is.
_MIXES = IN_TRANSITION - {"SystemUpdating"}


@dataclass(frozen=True)
class Live:
    """What an `endpoint` serves: its `deployment` is None where there is no endpoint, and the `record` None
    of a configuration that no promotion made.
    """

    endpoint: str
    deployment: Deployment | None
    record: ProductionRecord | None = None

    @property
    def config(self) -> str | None:
        return self.deployment.config if self.deployment else None

    @property
    def is_changing(self) -> bool:
        """Whether it is on its way to something, so that nobody can tell which version answers a row."""
        found = self.deployment
        return found is not None and (found.status in _MIXES or found.pending is not None)

    def as_json(self) -> dict[str, Any]:
        found = self.deployment
        return {
            "endpoint": self.endpoint,
            "status": found.status if found else None,
            "config": self.config,
            "pending": found.pending if found else None,
            "record": self.record,
        }


@dataclass(frozen=True)
class ProductionFiles:
    """Production of a stack, whose `endpoint` need not exist."""

    sagemaker: SageMakerClient
    s3: S3Client
    bucket: str
    endpoint: str

    def live(self) -> Live:
        """Raises LeftInconsistent for a record that nobody can read."""
        found = self._deployment()
        return Live(self.endpoint, found, self.record(found.config) if found else None)

    def _deployment(self) -> Deployment | None:
        from botocore.exceptions import ClientError

        try:
            described = self.sagemaker.describe_endpoint(EndpointName=self.endpoint)
        except ClientError as err:
            if not is_absent(err):
                raise
            return None
        pending = described.get("PendingDeploymentSummary")
        return Deployment(
            described["EndpointStatus"],
            described["EndpointConfigName"],
            pending["EndpointConfigName"] if pending else None,
        )

    def record(self, config: str) -> ProductionRecord | None:
        """None of a configuration that no promotion made."""
        key = version_of(config)
        body = body_of(self.s3, self.bucket, key)
        return None if body is None else readable_record(body, f"s3://{self.bucket}/{key}")

    def records(self, most: int) -> Mapping[str, ProductionRecord]:
        """Of so many versions, those that were written last."""
        newest = sorted(self._objects(VERSIONS), key=lambda entry: entry["LastModified"], reverse=True)
        configs = [entry["Key"].removeprefix(VERSIONS).removesuffix(".json") for entry in newest[:most]]
        return {config: record for config in configs if (record := self.record(config))}

    @cached_property
    def kept(self) -> list[str]:
        """The configurations that production can go back to, the newest first."""
        beginning = f"{self.endpoint}-"
        pages = self.sagemaker.get_paginator("list_endpoint_configs").paginate(
            NameContains=beginning, SortBy="CreationTime", SortOrder="Descending"
        )
        names = (entry["EndpointConfigName"] for page in pages for entry in page["EndpointConfigs"])
        # NameContains matches anywhere in a name, and ignores case.
        return [name for name in names if name.startswith(beginning)]

    def judged(self, record: ProductionRecord) -> Judged | None:
        """By the history of runs; None once that has expired."""
        end = f"-{record['run']}.json"
        entries = filter(is_entry, (entry["Key"] for entry in self._objects(ENTRIES)))
        keys = [key for key in entries if key.endswith(end)]
        told = (judged_in(body_of(self.s3, self.bucket, key), record) for key in keys)
        return next((judged for judged in told if judged), None)

    def _objects(self, prefix: str) -> Iterator[Any]:
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
            yield from page.get("Contents", [])


def is_absent(err: Any) -> bool:
    """Whether SageMaker refused because what was named is not there, and for no other reason."""
    error = err.response["Error"]
    is_missing = any(words in error.get("Message", "").lower() for words in _ABSENT)
    return is_missing and error["Code"] in ("ValidationException", "ResourceNotFound")
