"""What SageMaker's tests ask of it, in fewer words."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from local_aws.core.instance import Instance
from local_aws.services.sagemaker.container import (
    LocalCommand,
    ProcessingJobRun,
    Run,
    ServingRun,
    TrainingJobRun,
)
from tests.patience import eventually

BUCKET = "sagemaker-tests"
REGISTRY = "683313688378.dkr.ecr.us-east-1.amazonaws.com"
XGBOOST, LINEAR_LEARNER, KNN = (
    f"{REGISTRY}/{name}" for name in ("sagemaker-xgboost:3.2-0", "linear-learner:1", "knn:1")
)
SHELL = f"{REGISTRY}/shell:1"
Rows = NDArray[np.float64]
_numbers = itertools.count()


def unique(word: str) -> str:
    return f"{word}-{next(_numbers)}"


def csv(rows: Rows) -> str:
    return "".join(",".join(map(repr, row)) + "\n" for row in rows.tolist())


def wait_while(describe: Callable[[], dict[str, Any]], member: str, states: Sequence[str]) -> dict[str, Any]:
    """Describe until `member` is in none of `states`; gives up at last."""

    def left() -> dict[str, Any] | None:
        return None if (seen := describe())[member] in states else seen

    return eventually(left, f"another {member} than {', '.join(states)}", pause=0.02)


def variant(model: str) -> dict[str, Any]:
    return {
        "VariantName": "main",
        "ModelName": model,
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
    }


class ShellContainer:
    """Runs `line` with sh, in the folder that stands for /opt/ml, whatever it is asked for."""

    repositories = ("shell",)

    def __init__(self) -> None:
        self.line = "true"
        self.runs: list[Run] = []
        self.closed = 0
        self.failed: Callable[[Path, int], object] | None = None

    def train_command(self, job: TrainingJobRun) -> LocalCommand:
        return self._command(job)

    def serve_command(self, model: ServingRun) -> LocalCommand:
        return self._command(model)

    def command(self, job: ProcessingJobRun) -> LocalCommand:
        return self._command(job)

    def _command(self, run: Run) -> LocalCommand:
        self.runs.append(run)
        return LocalCommand(
            ["sh", "-c", self.line],
            {"PATH": os.environ["PATH"]},
            run.root,
            self._close,
            partial(self._failed, run.root),
        )

    def _failed(self, root: Path, exit_code: int) -> None:
        if self.failed:
            self.failed(root, exit_code)

    def _close(self) -> None:
        self.closed += 1


class Laboratory:
    """One instance's clients, and requests that are good unless a test makes them bad."""

    def __init__(self, instance: Instance, role: str) -> None:
        self.role = role
        self.sagemaker = instance.client("sagemaker")
        # One that leaves to the service what it could refuse itself.
        self.unchecked = instance.client("sagemaker", parameter_validation=False)
        self.runtime = instance.client("sagemaker-runtime")
        self.s3 = instance.client("s3")
        self.logs = instance.client("logs")

    def put(self, key: str, body: str | bytes) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body)

    def get(self, key: str) -> bytes:
        body: bytes = self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        return body

    def log_lines(self, group: str, stream_prefix: str) -> list[str]:
        streams = self.logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=stream_prefix)
        (stream,) = (each["logStreamName"] for each in streams["logStreams"])
        events = self.logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True)[
            "events"
        ]
        return [event["message"] for event in events]

    def put_channels(self, channels: Mapping[str, Rows]) -> dict[str, str]:
        """Store rows as CSV under a prefix of their own; returns the URI of each channel."""
        prefix = unique("data")
        for name, rows in channels.items():
            self.put(f"{prefix}/{name}/part-0", csv(rows))
        return {name: f"s3://{BUCKET}/{prefix}/{name}/" for name in channels}

    def training_request(
        self,
        image: str = SHELL,
        channels: Mapping[str, str] | None = None,
        content_type: str = "text/csv",
        **more: Any,
    ) -> dict[str, Any]:
        inputs = [
            {
                "ChannelName": name,
                "ContentType": content_type,
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}},
            }
            for name, uri in (channels or {}).items()
        ]
        return {
            "TrainingJobName": unique("job"),
            "RoleArn": self.role,
            "AlgorithmSpecification": {"TrainingImage": image, "TrainingInputMode": "File"},
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/models"},
            "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
            **({"InputDataConfig": inputs} if inputs else {}),
            **more,
        }

    def start_training(self, request: dict[str, Any]) -> str:
        self.sagemaker.create_training_job(**request)
        return str(request["TrainingJobName"])

    def train(self, request: dict[str, Any]) -> dict[str, Any]:
        """Start a training job and describe it when it has ended."""
        name = self.start_training(request)
        return self.trained(name)

    def trained(self, name: str) -> dict[str, Any]:
        def describe() -> dict[str, Any]:
            answer: dict[str, Any] = self.sagemaker.describe_training_job(TrainingJobName=name)
            return answer

        return wait_while(describe, "TrainingJobStatus", ("InProgress", "Stopping"))

    def tuning_request(
        self, training: dict[str, Any], ranges: Mapping[str, Any], metric: str, **config: Any
    ) -> dict[str, Any]:
        """A tuning job of training jobs such as `training`, two in all unless `config` says more."""
        static = training.get("HyperParameters", {})
        own = ("TrainingJobName", "HyperParameters", "Tags")
        definition = {name: value for name, value in training.items() if name not in own}
        return {
            "HyperParameterTuningJobName": unique("tuning"),
            "HyperParameterTuningJobConfig": {
                "Strategy": "Random",
                "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": metric},
                "ResourceLimits": {"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 2},
                "ParameterRanges": ranges,
                **config,
            },
            "TrainingJobDefinition": {"StaticHyperParameters": static, **definition},
        }

    def tune(self, request: dict[str, Any]) -> dict[str, Any]:
        """Start a tuning job and describe it when it has ended."""
        self.sagemaker.create_hyper_parameter_tuning_job(**request)
        return self.tuned(request["HyperParameterTuningJobName"])

    def tuned(self, name: str) -> dict[str, Any]:
        def describe() -> dict[str, Any]:
            answer: dict[str, Any] = self.sagemaker.describe_hyper_parameter_tuning_job(
                HyperParameterTuningJobName=name
            )
            return answer

        return wait_while(describe, "HyperParameterTuningJobStatus", ("InProgress", "Stopping"))

    def trials(self, name: str, **more: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
            HyperParameterTuningJobName=name, **more
        )["TrainingJobSummaries"]
        return found

    def process(self, request: dict[str, Any]) -> dict[str, Any]:
        self.sagemaker.create_processing_job(**request)
        return self.processed(request["ProcessingJobName"])

    def processed(self, name: str) -> dict[str, Any]:
        def describe() -> dict[str, Any]:
            answer: dict[str, Any] = self.sagemaker.describe_processing_job(ProcessingJobName=name)
            return answer

        return wait_while(describe, "ProcessingJobStatus", ("InProgress", "Stopping"))

    def processing_request(self, **more: Any) -> dict[str, Any]:
        cluster = {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 10}
        return {
            "ProcessingJobName": unique("processing"),
            "RoleArn": self.role,
            "AppSpecification": {"ImageUri": SHELL},
            "ProcessingResources": {"ClusterConfig": cluster},
            **more,
        }

    def create_model(self, image: str, artifact: str) -> str:
        """A model and an endpoint configuration of the same name."""
        name = unique("model")
        container = {"Image": image, "ModelDataUrl": artifact}
        self.sagemaker.create_model(ModelName=name, ExecutionRoleArn=self.role, PrimaryContainer=container)
        variant = {
            "VariantName": "main",
            "ModelName": name,
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": 1,
        }
        self.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
        return name

    def deploy(self, image: str, artifact: str) -> dict[str, Any]:
        """Create an endpoint and describe it when it is ready or has failed."""
        name = self.create_model(image, artifact)
        self.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
        return self.deployed(name)

    def deployed(self, name: str, while_in: Sequence[str] = ("Creating",)) -> dict[str, Any]:
        def describe() -> dict[str, Any]:
            answer: dict[str, Any] = self.sagemaker.describe_endpoint(EndpointName=name)
            return answer

        return wait_while(describe, "EndpointStatus", while_in)
