"""Run a training job: channels in, process, model artifact out."""

from __future__ import annotations

import json
import tarfile
import time
from pathlib import Path
from typing import Any, Protocol

from local_aws.core.instance import Instance
from local_aws.services.sagemaker.container import TrainingJobRun
from local_aws.services.sagemaker.containers import algorithm_container
from local_aws.services.sagemaker.containers.published_metrics import published_metrics
from local_aws.services.sagemaker.data_plane import logs, s3
from local_aws.services.sagemaker.data_plane.metrics import last_values
from local_aws.services.sagemaker.data_plane.running_jobs import (
    JobRecord,
    JobStopped,
    StopSignal,
    job_folder,
    moving_data,
    role_of_job,
    run_to_end,
)

DEFAULT_RUNTIME_SECONDS = 86_400
HOST = "algo-1"


class TrainingJobRecord(JobRecord, Protocol):
    def measured(self, values: list[dict[str, Any]]) -> None:
        """What Describe shows as FinalMetricDataList, once the job has ended."""


def artifact_uri(request: dict[str, Any]) -> str:
    prefix = request["OutputDataConfig"]["S3OutputPath"].rstrip("/")
    return f"{prefix}/{request['TrainingJobName']}/output/model.tar.gz"


def run_training(
    instance: Instance, request: dict[str, Any], record: TrainingJobRecord, stop: StopSignal
) -> None:
    """`request` is a CreateTrainingJob; raises JobFailed or JobStopped, or NoLocalImplementation."""
    name = request["TrainingJobName"]
    image = request["AlgorithmSpecification"]["TrainingImage"]
    container = algorithm_container(image)
    credentials = role_of_job(instance, request["RoleArn"], f"training-job/{name}", image, logs.TRAINING)
    client = instance.client("s3", credentials)
    with job_folder(instance, "training", name) as root:
        record.enter("Downloading")
        write_inputs(client, request, root)
        log = logs.ContainerLog(
            root.parent / "log", logs.TRAINING, f"{name}/{HOST}-{int(time.time())}", instance, credentials
        )
        record.enter("Training")
        command = container.train_command(TrainingJobRun(name, request, root, credentials, instance))
        limit = request.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", DEFAULT_RUNTIME_SECONDS)
        try:
            run_to_end(instance, command, root, log, stop, limit)
        except JobStopped:
            # As on AWS, what a stopped job has saved so far is its model.
            if not stop.closing and any((root / "model").iterdir()):
                store_outputs(client, request, root)
            raise
        finally:
            record.measured(last_values(log.path, _metric_definitions(request, instance.account_id)))
        record.enter("Uploading")
        store_outputs(client, request, root)


def _metric_definitions(request: dict[str, Any], account_id: str) -> list[dict[str, str]]:
    algorithm = request["AlgorithmSpecification"]
    published = [each.definition for each in published_metrics(algorithm["TrainingImage"], account_id)]
    return published or list(algorithm.get("MetricDefinitions", []))


def write_inputs(client: Any, request: dict[str, Any], root: Path) -> None:
    """Fill root/input (configuration, channels) and make the folders that a container writes to."""
    config = root / "input" / "config"
    for folder in (config, root / "model", root / "output" / "data"):
        folder.mkdir(parents=True)
    channels = {channel["ChannelName"]: channel for channel in request.get("InputDataConfig", [])}
    mode = request["AlgorithmSpecification"]["TrainingInputMode"]
    contents = {
        "hyperparameters": request.get("HyperParameters", {}),
        "inputdataconfig": {name: _channel_config(channel, mode) for name, channel in channels.items()},
        "resourceconfig": {"current_host": HOST, "hosts": [HOST], "network_interface_name": "lo"},
    }
    for name, content in contents.items():
        (config / f"{name}.json").write_text(json.dumps(content))
    for name, channel in channels.items():
        source = channel["DataSource"]["S3DataSource"]
        with moving_data("Data download"):
            s3.download(client, source["S3DataType"], source["S3Uri"], root / "input" / "data" / name)


def store_outputs(client: Any, request: dict[str, Any], root: Path) -> None:
    """Upload model.tar.gz, and output.tar.gz when the container wrote to output/data."""
    bucket, key = s3.split_uri(artifact_uri(request))
    encrypted = _encryption(request["OutputDataConfig"].get("KmsKeyId"))
    with moving_data("Artifact upload"):
        client.upload_file(str(_packed(root / "model")), bucket, key, ExtraArgs=encrypted)
        if any((root / "output" / "data").iterdir()):
            packed = _packed(root / "output" / "data")
            beside = key.removesuffix("model.tar.gz") + "output.tar.gz"
            client.upload_file(str(packed), bucket, beside, ExtraArgs=encrypted)


def _encryption(key: str | None) -> dict[str, str]:
    return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key} if key else {}


def _channel_config(channel: dict[str, Any], default_mode: str) -> dict[str, Any]:
    config = {
        "TrainingInputMode": channel.get("InputMode", default_mode),
        "S3DistributionType": channel["DataSource"]["S3DataSource"].get(
            "S3DataDistributionType", "FullyReplicated"
        ),
        "RecordWrapperType": channel.get("RecordWrapperType", "None"),
    }
    return config | ({"ContentType": channel["ContentType"]} if "ContentType" in channel else {})


def _packed(folder: Path) -> Path:
    archive = folder.with_name(f"{folder.name}.tar.gz")
    # It never leaves this machine: a library of 280 MB in a model took a minute at the usual level.
    with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
        for path in sorted(folder.iterdir()):
            tar.add(path, path.name)
    return archive
