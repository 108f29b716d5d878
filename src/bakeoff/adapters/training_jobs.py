"""SageMaker's training jobs that nobody waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from bakeoff.adapters.clients import code_of, make_client, translated

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient


class SageMakerTrainingJobs:
    """Implements `domain.releasing.TrainingJobs`."""

    def __init__(self, client: SageMakerClient | None = None) -> None:
        self._sagemaker: SageMakerClient = client or make_client("sagemaker")

    def stop_running(self, prefix: str) -> None:
        with translated(f"Stopping the training jobs {prefix}*"):
            pages = self._sagemaker.get_paginator("list_training_jobs").paginate(
                NameContains=prefix, StatusEquals="InProgress"
            )
            for name in [job["TrainingJobName"] for page in pages for job in page["TrainingJobSummaries"]]:
                # SageMaker finds the text anywhere in a name.
                if name.startswith(prefix):
                    self._stop(name)

    def _stop(self, name: str) -> None:
        try:
            self._sagemaker.stop_training_job(TrainingJobName=name)
        except ClientError as err:
            # It ended between the two calls.
            if code_of(err) != "ValidationException":
                raise
