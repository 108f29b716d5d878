"""What a run would have made, made by somebody else: data splits, or things for the janitor to find."""

from __future__ import annotations

import json

from bakeoff.domain.run.names import resource_name, tuning_name
from tests.e2e.held import SHELL
from tests.e2e.stack import Stack
from tests.local_aws.integration.sagemaker.support import variant

ROWS = "".join(f"{n % 7},{n},{n * n % 11}\n" for n in range(60))
_RESOURCES = {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}
_LIMIT = {"MaxRuntimeInSeconds": 600}


class Orphans:
    """Makes what a run would have made, under its names and with `tags`."""

    def __init__(self, stack: Stack, run_id: str, tags: dict[str, str]) -> None:
        self.prefix = stack.outputs["ResourcePrefix"]
        self._run_id = run_id
        self._sagemaker = stack.aws.instance.client("sagemaker")
        iam = stack.aws.instance.client("iam")
        self._role = iam.get_role(RoleName=stack.physical_id("SageMakerRole"))["Role"]["Arn"]
        self._bucket = stack.bucket
        self._tags = [{"Key": key, "Value": value} for key, value in tags.items()]

    def make(self, candidate: str) -> None:
        name = self.make_model(candidate)
        config = {"ProductionVariants": [variant(name)], "Tags": self._tags}
        self._sagemaker.create_endpoint_config(EndpointConfigName=name, **config)
        self._sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name, Tags=self._tags)
        self.make_training_job(f"{name}-0-0")
        self._sagemaker.create_processing_job(
            ProcessingJobName=resource_name(self.prefix, self._run_id, "prepare") + "-0-0",
            RoleArn=self._role,
            AppSpecification={"ImageUri": SHELL},
            ProcessingResources={"ClusterConfig": _RESOURCES},
            StoppingCondition=_LIMIT,
            Tags=self._tags,
        )

    def make_training_job(self, name: str) -> None:
        self._sagemaker.create_training_job(
            TrainingJobName=name,
            RoleArn=self._role,
            AlgorithmSpecification={"TrainingImage": SHELL, "TrainingInputMode": "File"},
            OutputDataConfig={"S3OutputPath": f"s3://{self._bucket}/runs/orphans"},
            ResourceConfig=_RESOURCES,
            StoppingCondition=_LIMIT,
            Tags=self._tags,
        )

    def make_tuning_job(self, number: int = 0) -> str:
        """And the training job that it begins."""
        name = f"{tuning_name(self.prefix, self._run_id, number)}0"
        self._sagemaker.create_hyper_parameter_tuning_job(
            HyperParameterTuningJobName=name,
            HyperParameterTuningJobConfig={
                "Strategy": "Random",
                "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
                "ResourceLimits": {"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 1},
                "ParameterRanges": {
                    "IntegerParameterRanges": [{"Name": "depth", "MinValue": "1", "MaxValue": "9"}]
                },
            },
            TrainingJobDefinition={
                "StaticHyperParameters": {},
                "AlgorithmSpecification": {
                    "TrainingImage": SHELL,
                    "TrainingInputMode": "File",
                    "MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+)"}],
                },
                "RoleArn": self._role,
                "OutputDataConfig": {"S3OutputPath": f"s3://{self._bucket}/runs/orphans"},
                "ResourceConfig": _RESOURCES,
                "StoppingCondition": _LIMIT,
            },
            Tags=self._tags,
        )
        return name

    def make_model(self, candidate: str) -> str:
        name = resource_name(self.prefix, self._run_id, candidate)
        # There is no such archive, so that an endpoint of it fails, as one may.
        container = {"Image": SHELL, "ModelDataUrl": f"s3://{self._bucket}/runs/orphans/model.tar.gz"}
        self._sagemaker.create_model(
            ModelName=name, ExecutionRoleArn=self._role, PrimaryContainer=container, Tags=self._tags
        )
        return name


def prepare(stack: Stack, run_id: str) -> None:
    """What the Spark job would have left: splits and their summary."""
    s3 = stack.aws.instance.client("s3")
    prefix = f"runs/{run_id}/datasets"
    for split in ("train", "validation", "test"):
        s3.put_object(Bucket=stack.bucket, Key=f"{prefix}/csv/{split}/part-0.csv", Body=ROWS.encode())
    counts = dict.fromkeys(("train", "validation", "test"), 60)
    rejected = {"total": 0, "reasons": {}, "examples": []}
    labels = [float(row.split(",")[0]) for row in ROWS.splitlines()]
    mean = {"mean": sum(labels) / len(labels), "min": min(labels), "max": max(labels)}
    label = dict.fromkeys(counts, mean)
    summary = {"feature_dim": 2, "rows": counts, "rejected": rejected, "label": label}
    s3.put_object(Bucket=stack.bucket, Key=f"{prefix}/summary.json", Body=json.dumps(summary).encode())
