"""Run a processing job: inputs in, process, outputs out."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Protocol

from local_aws.core.instance import Instance
from local_aws.services.sagemaker.container import JobFailed, ProcessingJobRun
from local_aws.services.sagemaker.containers import processing_container
from local_aws.services.sagemaker.data_plane import logs, s3
from local_aws.services.sagemaker.data_plane.running_jobs import (
    JobRecord,
    StopSignal,
    job_folder,
    moving_data,
    role_of_job,
    run_to_end,
)

DEFAULT_RUNTIME_SECONDS = 86_400
EXIT_MESSAGE_BYTES = 1024


class ProcessingJobRecord(JobRecord, Protocol):
    def leave(self, exit_message: str | None) -> None:
        """What Describe shows as ExitMessage, once the job has ended."""


def run_processing(
    instance: Instance, request: dict[str, Any], record: ProcessingJobRecord, stop: StopSignal
) -> None:
    """`request` is a CreateProcessingJob; raises JobFailed or JobStopped, or NoLocalImplementation."""
    name = request["ProcessingJobName"]
    image = request["AppSpecification"]["ImageUri"]
    container = processing_container(image)
    credentials = role_of_job(instance, request["RoleArn"], f"processing-job/{name}", image, logs.PROCESSING)
    client = instance.client("s3", credentials)
    with job_folder(instance, "processing", name) as root:
        run = ProcessingJobRun(name, request, root, credentials, instance)
        _prepare(client, run)
        log = logs.ContainerLog(
            root.parent / "log", logs.PROCESSING, f"{name}/algo-1-{int(time.time())}", instance, credentials
        )
        limit = request.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", DEFAULT_RUNTIME_SECONDS)
        record.enter("Processing")
        try:
            run_to_end(instance, container.command(run), root, log, stop, limit)
        finally:
            record.leave(_exit_message(root))
        _store_outputs(client, run)


def _exit_message(root: Path) -> str | None:
    """What the container left, whatever its exit code: SageMaker Developer Guide, byoc-metadata."""
    left = root / "output" / "message"
    try:
        text = left.read_bytes().decode() if left.is_file() else ""
    except UnicodeDecodeError as err:
        raise JobFailed("ClientError: /opt/ml/output/message is not encoded in UTF-8.") from err
    return text.encode()[:EXIT_MESSAGE_BYTES].decode(errors="ignore") or None


def _prepare(client: Any, run: ProcessingJobRun) -> None:
    (run.root / "output").mkdir()
    for entry in run.request.get("ProcessingInputs", []):
        source = entry["S3Input"]
        with moving_data("Data download"):
            s3.download(client, source["S3DataType"], source["S3Uri"], _local(run, source["LocalPath"]))
    for output in _outputs(run):
        _local(run, output["LocalPath"]).mkdir(parents=True, exist_ok=True)


def _store_outputs(client: Any, run: ProcessingJobRun) -> None:
    for output in _outputs(run):
        if output["S3UploadMode"] == "EndOfJob":
            with moving_data("Output upload"):
                s3.upload_folder(client, _local(run, output["LocalPath"]), output["S3Uri"])


def _outputs(run: ProcessingJobRun) -> list[dict[str, Any]]:
    outputs = run.request.get("ProcessingOutputConfig", {}).get("Outputs", [])
    return [output["S3Output"] for output in outputs if "S3Output" in output]


def _local(run: ProcessingJobRun, container_path: str) -> Path:
    try:
        return run.local_path(container_path)
    except ValueError as err:
        raise JobFailed(f"ClientError: LocalPath {container_path} has to be a folder under /opt/ml.") from err
