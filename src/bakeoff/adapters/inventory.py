"""What exists in SageMaker, as clean-up and the janitor see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bakeoff.adapters.clients import code_of, is_absent, make_client, message_of, translated
from bakeoff.domain.cleanup.janitor import Kind, Resource

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

# The default is 10, and every page is a call.
_PAGE = {"PageSize": 100}
_RUNNING = {"StatusEquals": "InProgress"}


@dataclass(frozen=True)
class _Listing:
    """How SageMaker lists one kind: the operation, the list in its answer, and the noun of its fields."""

    operation: str
    items: str
    noun: str
    filters: Mapping[str, str]


_LISTINGS: Mapping[Kind, _Listing] = {
    Kind.ENDPOINT: _Listing("list_endpoints", "Endpoints", "Endpoint", {}),
    Kind.ENDPOINT_CONFIG: _Listing("list_endpoint_configs", "EndpointConfigs", "EndpointConfig", {}),
    Kind.MODEL: _Listing("list_models", "Models", "Model", {}),
    Kind.TUNING_JOB: _Listing(
        "list_hyper_parameter_tuning_jobs",
        "HyperParameterTuningJobSummaries",
        "HyperParameterTuningJob",
        _RUNNING,
    ),
    Kind.TRAINING_JOB: _Listing("list_training_jobs", "TrainingJobSummaries", "TrainingJob", _RUNNING),
    Kind.PROCESSING_JOB: _Listing(
        "list_processing_jobs", "ProcessingJobSummaries", "ProcessingJob", _RUNNING
    ),
}


class SageMakerInventory:
    """Implements `domain.cleanup.janitor.Inventory` and `domain.cleanup.release.TrainingJobs`."""

    def __init__(self, client: SageMakerClient | None = None) -> None:
        self._sagemaker: SageMakerClient = client or make_client("sagemaker")

    def find(self, prefix: str) -> list[Resource]:
        return [resource for kind in Kind for resource in self._listed(kind, prefix)]

    def tags(self, resource: Resource) -> dict[str, str]:
        with translated(f"Reading the tags of {resource}"):
            try:
                pages = self._sagemaker.get_paginator("list_tags").paginate(ResourceArn=resource.arn)
                return {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]}
            except ClientError as err:
                if is_absent(err):
                    return {}
                raise

    def stop_job(self, resource: Resource) -> None:
        with translated(f"Stopping {resource}"):
            try:
                self._stop(resource)
            except ClientError as err:
                has_ended = code_of(err) == "ValidationException" and "in status" in message_of(err).lower()
                if not has_ended:
                    raise

    def stop_running(self, prefix: str) -> None:
        self._stop_all(Kind.TRAINING_JOB, prefix)

    def stop_tuning(self, prefix: str) -> None:
        self._stop_all(Kind.TUNING_JOB, prefix)

    def _stop_all(self, kind: Kind, prefix: str) -> None:
        # To the last page first: a job that stops leaves the listing.
        for job in list(self._listed(kind, prefix)):
            self.stop_job(job)

    def _stop(self, job: Resource) -> None:
        match job.kind:
            case Kind.TUNING_JOB:
                self._sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=job.name)
            case Kind.TRAINING_JOB:
                self._sagemaker.stop_training_job(TrainingJobName=job.name)
            case _:
                self._sagemaker.stop_processing_job(ProcessingJobName=job.name)

    def _listed(self, kind: Kind, prefix: str) -> Iterator[Resource]:
        listing = _LISTINGS[kind]
        name, arn = f"{listing.noun}Name", f"{listing.noun}Arn"
        with translated(f"Listing every {kind}"):
            paginator: Any = self._sagemaker.get_paginator(listing.operation)  # type: ignore[call-overload]
            pages = paginator.paginate(NameContains=prefix, PaginationConfig=_PAGE, **listing.filters)
            yield from (
                Resource(kind, item[name], item[arn], item["CreationTime"])
                for page in pages
                for item in page[listing.items]
                # NameContains matches anywhere in a name, and ignores case.
                if item[name].startswith(prefix)
            )
