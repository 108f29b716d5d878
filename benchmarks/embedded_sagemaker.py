"""Candidates trained, tuned and asked as the workflow does it, on an embedded SageMaker, without a run."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bakeoff.adapters.resources import read_catalogue, read_image_table
from bakeoff.adapters.run_store import S3RunStore
from bakeoff.domain.datasets.facts import filled_candidate
from bakeoff.domain.planning.algorithms import Catalogue, Entry
from bakeoff.domain.planning.candidates import VIEWS, CandidateDefaults, candidates_of
from bakeoff.domain.planning.scripts import ARCHIVE, Script, scripts_in_use
from bakeoff.domain.planning.sections import on_classes
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.scripts.tabular import Array
from benchmarks.data_sets import lines
from local_aws.core.instance import Instance

CATALOGUE = read_catalogue()
_NAME = "candidates-without-a-run"
_DEFAULTS = CandidateDefaults("us-east-1", "bakeoff-1a2b3c4d", "ml.m5.large", "ml.m5.large", 30, 3600, 14400)
_RESOURCES = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 30}
_LONGEST_SECONDS = 1800
_runs = itertools.count()


class EmbeddedSageMaker:
    """That of an instance, with a bucket, and a role that may do what jobs do."""

    def __init__(self, instance: Instance) -> None:
        self._s3 = instance.client("s3")
        self._sagemaker, self._runtime = instance.client("sagemaker"), instance.client("sagemaker-runtime")
        self._s3.create_bucket(Bucket=_NAME)
        self._role = _role_of(instance)

    def candidate(
        self,
        entry: str | Entry,
        data: Mapping[str, Array],
        scripts: Mapping[str, Script],
        catalogue: Catalogue = CATALOGUE,
        classes: int = 0,
    ) -> Any:
        """What the plan and the data make of an entry, with its code and its data where they belong.

        `data` holds a table of shape (n, 1 + features) for each split, the label first; under regression
        there are no `classes`.
        """
        entries = catalogue.resolve([entry])
        run = WritableRunFiles(S3RunStore(_NAME, self._s3), f"run-{next(_runs)}")
        for name, script in scripts_in_use(entries, scripts, isolated=False).items():
            run.write_code(name, ARCHIVE, script.archive)
        for split, table in data.items():
            for view in VIEWS:
                key = run.key(f"datasets/{view}/{split}/part-0")
                self._s3.put_object(Bucket=_NAME, Key=key, Body=lines(table))
        candidates = candidates_of(entries, run, read_image_table(), _DEFAULTS)
        [candidate] = on_classes(candidates, entries) if classes else candidates
        plan: Any = {"candidates": [candidate]}
        return filled_candidate(plan, candidate, _summary(data, classes))

    def train(self, candidate: Any) -> dict[str, Any]:
        """The training job's description when it has ended; of a tuned candidate, that of the best one."""
        if "tuning_config" in candidate:
            return self._described(self._tuned(candidate)["BestTrainingJob"]["TrainingJobName"])
        name = candidate["resource_name"]
        self._sagemaker.create_training_job(
            TrainingJobName=name, HyperParameters=candidate["hyperparameters"], **self._definition(candidate)
        )
        return self._described(name)

    def predictions(self, candidate: Any, job: Mapping[str, Any], features: Array) -> Array:
        """By an endpoint that is gone afterwards."""
        name = candidate["resource_name"]
        container = {
            "Image": candidate["image_uri"],
            "ModelDataUrl": job["ModelArtifacts"]["S3ModelArtifacts"],
            **candidate.get("serving_container", {}),
        }
        self._sagemaker.create_model(ModelName=name, ExecutionRoleArn=self._role, PrimaryContainer=container)
        variant = {
            "VariantName": "a",
            "ModelName": name,
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": 1,
        }
        self._sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
        self._sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
        found = _rested(
            lambda: self._sagemaker.describe_endpoint(EndpointName=name), "EndpointStatus", "Creating"
        )
        assert found["EndpointStatus"] == "InService", found
        answer = self._runtime.invoke_endpoint(
            EndpointName=name,
            ContentType=candidate["request_content_type"],
            Accept=candidate["accept"],
            Body=lines(features).removesuffix("\n"),
        )
        self._sagemaker.delete_endpoint(EndpointName=name)
        return np.array([each["score"] for each in json.loads(answer["Body"].read())["predictions"]])

    def _tuned(self, candidate: Any) -> dict[str, Any]:
        name = candidate["tuning_name"]
        definition = {"StaticHyperParameters": candidate["hyperparameters"], **self._definition(candidate)}
        self._sagemaker.create_hyper_parameter_tuning_job(
            HyperParameterTuningJobName=name,
            HyperParameterTuningJobConfig=candidate["tuning_config"],
            TrainingJobDefinition=definition,
        )
        return _rested(
            lambda: self._sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name),
            "HyperParameterTuningJobStatus",
            "InProgress",
        )

    def _definition(self, candidate: Any) -> dict[str, Any]:
        algorithm = {"TrainingImage": candidate["image_uri"], "TrainingInputMode": "File"}
        return {
            "RoleArn": self._role,
            "AlgorithmSpecification": {**algorithm, **candidate.get("metric_definitions", {})},
            "InputDataConfig": candidate["input_data_config"],
            "OutputDataConfig": {"S3OutputPath": candidate["model_uri"]},
            "ResourceConfig": _RESOURCES,
            "StoppingCondition": candidate["stopping_condition"],
            **candidate.get("training_environment", {}),
        }

    def _described(self, name: str) -> dict[str, Any]:
        return _rested(
            lambda: self._sagemaker.describe_training_job(TrainingJobName=name),
            "TrainingJobStatus",
            "InProgress",
        )


def _role_of(instance: Instance) -> str:
    trust = _statement(Principal={"Service": "sagemaker.amazonaws.com"}, Action="sts:AssumeRole")
    powers = _statement(Action=["s3:*", "logs:*", "ecr:*", "cloudwatch:*"], Resource="*")
    iam = instance.client("iam")
    arn: str = iam.create_role(RoleName=_NAME, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName=_NAME, PolicyName="all", PolicyDocument=powers)
    return arn


def _statement(**parts: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **parts}]})


def _summary(data: Mapping[str, Array], classes: int) -> Any:
    summary = {
        "rows": {split: len(table) for split, table in data.items()},
        "feature_dim": data["train"].shape[1] - 1,
    }
    return summary | ({"classes": [{"name": str(each)} for each in range(classes)]} if classes else {})


def _rested(describe: Callable[[], Any], member: str, state: str) -> dict[str, Any]:
    deadline = time.monotonic() + _LONGEST_SECONDS
    while (seen := describe())[member] == state:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{member} is still {state} after {_LONGEST_SECONDS} seconds.")
        # A look takes two processes from what is awaited.
        time.sleep(0.2)
    return dict(seen)
