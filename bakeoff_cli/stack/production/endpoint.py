"""Production's endpoint as it is now, and what the bucket tells of its versions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from bakeoff.domain.promotion.deployment import IN_TRANSITION, Deployment
from bakeoff.domain.run.documents import SCHEMA_VERSION, PastCandidate, PastRun, ProductionRecord
from bakeoff.domain.run.history import ENTRIES
from bakeoff.domain.run.production import VERSIONS, version_of
from bakeoff_cli.errors import LeftInconsistent
from bakeoff_cli.stack.run_objects import body_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sagemaker import SageMakerClient

# Few of SageMaker's operations have an error of their own for what is not there.
_ABSENT = ("not find", "not found", "not exist")
# SageMaker's own maintenance leaves the version as it is.
_MIXES = IN_TRANSITION - {"SystemUpdating"}
_TEXTS = ("endpoint", "config", "since", "why", "run", "candidate", "algorithm", "metric")


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
        return None if body is None else _record(body, f"s3://{self.bucket}/{key}")

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

    def judged(self, record: ProductionRecord) -> tuple[PastRun, PastCandidate] | None:
        """What the history of runs says of the version's own; None once that has expired."""
        end = f"-{record['run']}.json"
        keys = [entry["Key"] for entry in self._objects(ENTRIES) if entry["Key"].endswith(end)]
        for body in (body_of(self.s3, self.bucket, key) for key in keys):
            run = _entry(body, record["run"])
            candidates = run["candidates"] if run else []
            named = next((each for each in candidates if each["name"] == record["candidate"]), None)
            if run and named:
                return run, named
        return None

    def _objects(self, prefix: str) -> Iterator[Any]:
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
            yield from page.get("Contents", [])


def is_absent(err: Any) -> bool:
    """Whether SageMaker refused because what was named is not there."""
    return any(words in err.response["Error"].get("Message", "").lower() for words in _ABSENT)


def _record(body: bytes, where: str) -> ProductionRecord:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as err:
        raise LeftInconsistent(f"{where} is damaged: it holds no JSON ({err}).") from err
    if not isinstance(found, dict) or found.get("schema_version") != SCHEMA_VERSION:
        raise LeftInconsistent(f"{where} has a schema_version that this bakeoff cannot read: upgrade it.")
    if not all(isinstance(found.get(name), str) for name in _TEXTS):
        raise LeftInconsistent(f"{where} is damaged: it does not tell what it serves.")
    return cast(ProductionRecord, found)


def _entry(body: bytes | None, run_id: str) -> PastRun | None:
    """None of what is no entry of that run: it only adds to what the record says."""
    try:
        found = json.loads(body or b"")
    except (ValueError, RecursionError):
        return None
    is_entry = isinstance(found, dict) and found.get("run_id") == run_id
    return cast(PastRun, found) if is_entry and isinstance(found.get("candidates"), list) else None
