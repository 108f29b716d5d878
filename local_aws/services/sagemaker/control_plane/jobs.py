"""moto 5.2.5 completes every training and processing job at once and runs nothing; here they run.

It also accepts a name twice, drops Environment and ProcessingResources, and has no StopTrainingJob.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from moto.sagemaker.exceptions import ResourceInUseException, ValidationError

from local_aws.core.instance import Instance, current_instance
from local_aws.core.per_instance import PerInstance
from local_aws.services.sagemaker.containers.published_metrics import published_metrics
from local_aws.services.sagemaker.control_plane.actions import Call, answer, empty
from local_aws.services.sagemaker.control_plane.permissions import (
    require_network,
    require_network_unscoped,
    require_output_key,
    require_volume_key,
)
from local_aws.services.sagemaker.control_plane.records import ProcessingRecord, TrainingRecord
from local_aws.services.sagemaker.control_plane.roles import require_assumable
from local_aws.services.sagemaker.data_plane.processing import run_processing
from local_aws.services.sagemaker.data_plane.running_jobs import JobRecord, RunningJobs, StopSignal
from local_aws.services.sagemaker.data_plane.training import run_training

_LONGEST_WAIT = 3600  # seconds, of SageMaker's own algorithms


def _check_spot(request: dict[str, Any]) -> None:
    condition = request.get("StoppingCondition", {})
    wait, runtime = condition.get("MaxWaitTimeInSeconds"), condition.get("MaxRuntimeInSeconds", 0)
    if request.get("EnableManagedSpotTraining"):
        if wait is None or wait < runtime:
            raise ValidationError(
                message="Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to "
                "MaxRuntimeInSeconds"
            )
        _check_longest_wait(request, wait)
    elif wait is not None:
        raise ValidationError(
            message="Invalid MaxWaitTimeInSeconds. It is for EnableManagedSpotTraining only"
        )


def _check_longest_wait(request: dict[str, Any], wait: int) -> None:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html; its words are not."""
    image = request.get("AlgorithmSpecification", {}).get("TrainingImage", "")
    sagemakers_own = not image.startswith(f"{current_instance().account_id}.")
    if sagemakers_own and "CheckpointConfig" not in request and wait > _LONGEST_WAIT:
        raise ValidationError(
            message=f"Invalid MaxWaitTimeInSeconds. It must be at most {_LONGEST_WAIT} for an algorithm "
            "without checkpoints"
        )


def _check_metrics(algorithm: dict[str, Any]) -> None:
    published = published_metrics(algorithm.get("TrainingImage", ""), current_instance().account_id)
    if published and algorithm.get("MetricDefinitions"):
        raise ValidationError(
            message="You can't override the metric definitions for Amazon SageMaker algorithms. Please retry "
            "the request without specifying metric definitions."
        )


def _check_training(request: dict[str, Any]) -> None:
    _check_spot(request)
    algorithm = request.get("AlgorithmSpecification", {})
    _check_metrics(algorithm)
    if "TrainingImage" not in algorithm:
        raise ValidationError(
            message="AlgorithmSpecification needs a TrainingImage: nothing else has a local implementation."
        )
    if "ResourceConfig" not in request or "StoppingCondition" not in request:
        raise ValidationError(
            message="ResourceConfig and StoppingCondition must be specified for a training image."
        )


def _check_processing(request: dict[str, Any]) -> None:
    """Nothing beyond the model of the request."""


def _permit_training(call: Call) -> None:
    request, role = call.request, call.request["RoleArn"]
    instances = request["ResourceConfig"]
    require_volume_key(role, instances.get("VolumeKmsKeyId"), instances.get("InstanceType", ""))
    require_output_key(role, request["OutputDataConfig"].get("KmsKeyId"))
    require_network(call, role, request.get("VpcConfig"))


def _permit_processing(call: Call) -> None:
    request, role = call.request, call.request["RoleArn"]
    cluster = request["ProcessingResources"]["ClusterConfig"]
    require_volume_key(role, cluster.get("VolumeKmsKeyId"), cluster["InstanceType"])
    require_output_key(role, request.get("ProcessingOutputConfig", {}).get("KmsKeyId"))
    require_network_unscoped(call, role, request.get("NetworkConfig", {}).get("VpcConfig"))


Record = TypeVar("Record", bound=JobRecord)


@dataclass(frozen=True)
class JobKind(Generic[Record]):
    """Training or processing: where moto keeps such jobs, and AWS's words about them."""

    noun: str
    duplicate: str
    missing: str
    check: Callable[[dict[str, Any]], None]
    permit: Callable[[Call], None]
    record: Callable[[Any, dict[str, Any]], Record]
    run: Callable[[Instance, dict[str, Any], Record, StopSignal], None]

    def jobs(self, call: Call) -> dict[str, Any]:
        store: dict[str, Any] = getattr(call.backend, f"{self.noun}_jobs")
        return store

    def name(self, call: Call) -> str:
        return str(call.request[f"{self.noun.capitalize()}JobName"])

    def arn(self, call: Call) -> str:
        return call.arn(f"{self.noun}-job", self.name(call))

    def find(self, call: Call) -> Any:
        job = self.jobs(call).get(self.name(call))
        if job is None:
            raise ValidationError(message=self.missing.format(name=self.name(call)))
        return job


TRAINING = JobKind(
    "training",
    "Training job names must be unique within an AWS account and region, and a training job with this name "
    "already exists ({arn})",
    "Requested resource not found.",
    _check_training,
    _permit_training,
    TrainingRecord,
    run_training,
)
PROCESSING = JobKind(
    "processing",
    "Job name must be unique within an AWS account and region, and a job with this name already "
    "exists ({arn})",
    "Could not find requested job with name: {name}",
    _check_processing,
    _permit_processing,
    ProcessingRecord,
    run_processing,
)

_running = PerInstance(RunningJobs)
_creating = threading.Lock()


def apply() -> None:
    kinds: tuple[JobKind[Any], ...] = (TRAINING, PROCESSING)
    for kind in kinds:
        job = f"{kind.noun.capitalize()}Job"
        answer(f"Create{job}", partial(_create, kind))
        answer(f"Describe{job}", partial(_describe, kind))
        answer(f"Stop{job}", partial(_stop, kind))


def _create(kind: JobKind[Any], call: Call) -> Any:
    kind.check(call.request)
    require_assumable(call.request["RoleArn"], kind.arn(call))
    kind.permit(call)
    with _creating:
        if kind.name(call) in kind.jobs(call):
            raise ResourceInUseException(message=kind.duplicate.format(arn=kind.arn(call)))
        described = call.moto()
    record = kind.record(kind.find(call), call.request)
    _running.get().start(kind.arn(call), record, partial(kind.run, current_instance(), call.request, record))
    return described


def _describe(kind: JobKind[Any], call: Call) -> Any:
    kind.find(call)
    return call.moto()


def _stop(kind: JobKind[Any], call: Call) -> Any:
    job, status = kind.find(call), f"{kind.noun}_job_status"
    if getattr(job, status) not in ("InProgress", "Stopping"):
        rejected = f"The request was rejected because the {kind.noun} job is in status"
        raise ValidationError(message=f"{rejected} {getattr(job, status)}.")
    setattr(job, status, "Stopping")
    _running.get().stop(kind.arn(call))
    return empty()
