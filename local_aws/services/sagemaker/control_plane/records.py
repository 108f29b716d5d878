"""A job's state in moto's own objects, which Describe, List and tags read."""

from __future__ import annotations

from datetime import datetime
from math import ceil
from typing import Any

from moto.core.utils import utcnow

from local_aws.services.sagemaker.data_plane.training import artifact_uri

_MESSAGES = {
    "Starting": "Preparing the instances for training",
    "Downloading": "Downloading input data",
    "Training": "Training image download completed. Training in progress.",
    "Uploading": "Uploading generated training model",
    "Completed": "Training job completed",
    "Failed": "Training job failed",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Training job runtime exceeded MaxRuntimeInSeconds provided",
}


class TrainingRecord:
    """A moto FakeTrainingJob, born completed, turned into one that has just started."""

    def __init__(self, job: Any, request: dict[str, Any]) -> None:
        self._job, self._request = job, request
        job.training_job_status = "InProgress"
        job.training_start_time = job.training_end_time = None
        job.model_artifacts = job.final_metric_data_list = None
        job.secondary_status_transitions = []
        job.environment = request.get("Environment")
        job.algorithm_specification = request["AlgorithmSpecification"]
        self.enter("Starting")

    def enter(self, secondary_status: str) -> None:
        job, now = self._job, utcnow()
        if secondary_status == "Downloading":
            job.training_start_time = now
        transitions = [*job.secondary_status_transitions]
        if transitions:
            transitions[-1] = {**transitions[-1], "EndTime": now}
        message = _MESSAGES[secondary_status]
        transitions.append({"Status": secondary_status, "StartTime": now, "StatusMessage": message})
        job.secondary_status_transitions = transitions
        job.secondary_status, job.last_modified_time = secondary_status, now

    def measured(self, values: list[dict[str, Any]]) -> None:
        self._job.final_metric_data_list = values or None

    def finish(self, status: str, secondary_status: str, reason: str | None) -> None:
        job = self._job
        self.enter(secondary_status)
        job.secondary_status_transitions[-1]["EndTime"] = job.last_modified_time
        job.failure_reason = reason
        job.training_end_time = job.last_modified_time
        if job.training_start_time:
            job.training_time_in_seconds = job.billable_time_in_seconds = _seconds(
                job.training_start_time, job.training_end_time
            )
        if status == "Completed":
            job.model_artifacts = {"S3ModelArtifacts": artifact_uri(self._request)}
        # Last: whoever polls for the status must find the rest in place.
        job.training_job_status = status


class ProcessingRecord:
    """A moto FakeProcessingJob, born completed, turned into one that has just started."""

    def __init__(self, job: Any, request: dict[str, Any]) -> None:
        self._job = job
        self._exit_message: str | None = None
        job.processing_job_status = "InProgress"
        job.processing_start_time = job.processing_end_time = None
        job.environment = request.get("Environment")
        job.processing_resources = request["ProcessingResources"]

    def enter(self, secondary_status: str) -> None:
        if self._job.processing_start_time is None:
            self._job.processing_start_time = utcnow()
        self._job.last_modified_time = utcnow()

    def leave(self, exit_message: str | None) -> None:
        self._exit_message = exit_message

    def finish(self, status: str, secondary_status: str, reason: str | None) -> None:
        job = self._job
        job.failure_reason = reason
        out_of_time = secondary_status if secondary_status == "MaxRuntimeExceeded" else None
        job.exit_message = self._exit_message or out_of_time
        job.processing_end_time = job.last_modified_time = utcnow()
        job.processing_job_status = status


def _seconds(start: datetime, end: datetime) -> int:
    """Whole seconds, at least one: AWS bills by the second."""
    return max(1, ceil((end - start).total_seconds()))
