"""Keys, networks and isolation reach every request to SageMaker, and stay away where there are none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflow import scripted
from tests.workflow.conftest import Workflow
from tests.workflow.scripted import Fault, ScriptedAws, refused

KEY = "arn:aws:kms:us-east-1:123456789012:key/1"
VPC = {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
TAGS = [{"Key": "bakeoff:stack", "Value": "bakeoff"}]


@pytest.fixture
def protected(aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch) -> ScriptedAws:
    aws.security = {
        "network": {"VpcConfig": VPC},
        "output": {"KmsKeyId": KEY},
        "processing_volume": {"VolumeKmsKeyId": KEY},
    }
    plain = scripted.candidate
    volumes = {"training_volume": {"VolumeKmsKeyId": KEY}, "endpoint_volume": {"KmsKeyId": KEY}}
    monkeypatch.setattr(scripted, "candidate", lambda name: {**plain(name), **volumes})
    return aws


def _requests(aws: ScriptedAws) -> dict[str, dict[str, Any]]:
    """The first request of each operation, of whose tags only the stack's is kept."""
    first = {operation: dict(found[0]) for operation, found in aws.requests.items()}
    for request in first.values():
        if "Tags" in request:
            request["Tags"] = [tag for tag in request["Tags"] if tag["Key"] == "bakeoff:stack"]
    return first


def test_without_parameters_nothing_optional_is_asked_for(workflow: Workflow, aws: ScriptedAws) -> None:
    assert workflow.run(MaxConcurrency="1")["status"] == "SUCCEEDED"

    requests = _requests(aws)
    cluster = {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30}
    assert requests["create_processing_job"]["ProcessingResources"] == {"ClusterConfig": cluster}
    assert requests["create_processing_job"]["NetworkConfig"] == {
        "EnableInterContainerTrafficEncryption": False
    }
    assert requests["create_training_job"] == {
        "TrainingJobName": "run-alpha-0-0",
        "RoleArn": "arn:aws:iam::123456789012:role/SageMaker",
        "AlgorithmSpecification": {"TrainingImage": "xgboost:1", "TrainingInputMode": "File"},
        "HyperParameters": {"num_round": "5"},
        "InputDataConfig": scripted.candidate("alpha")["input_data_config"],
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/models"},
        "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 30},
        "EnableManagedSpotTraining": False,
        "EnableNetworkIsolation": False,
        "EnableInterContainerTrafficEncryption": False,
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        "Tags": TAGS,
    }
    assert requests["create_model"] == {
        "ModelName": "run-alpha",
        "ExecutionRoleArn": "arn:aws:iam::123456789012:role/SageMaker",
        "PrimaryContainer": {"Image": "xgboost:1", "ModelDataUrl": "s3://bucket/run-alpha-0-0/model.tar.gz"},
        "EnableNetworkIsolation": False,
        "Tags": TAGS,
    }
    assert requests["create_endpoint_config"] == {
        "EndpointConfigName": "run-alpha",
        "ProductionVariants": [
            {
                "VariantName": "candidate",
                "ModelName": "run-alpha",
                "InstanceType": "ml.m5.large",
                "InitialInstanceCount": 1,
            }
        ],
        "Tags": TAGS,
    }


def test_key_and_network_reach_every_request(workflow: Workflow, protected: ScriptedAws) -> None:
    run = workflow.run(NetworkIsolation="true", InterContainerEncryption="true")
    assert run["status"] == "SUCCEEDED", run.get("cause")

    requests = _requests(protected)
    processing, training = requests["create_processing_job"], requests["create_training_job"]
    assert processing["ProcessingResources"]["ClusterConfig"]["VolumeKmsKeyId"] == KEY
    # Spark reads and writes S3 itself, so it is never cut off.
    assert processing["NetworkConfig"] == {"EnableInterContainerTrafficEncryption": True, "VpcConfig": VPC}
    assert (training["VpcConfig"], training["EnableNetworkIsolation"]) == (VPC, True)
    assert training["EnableInterContainerTrafficEncryption"] is True
    assert training["OutputDataConfig"] == {"S3OutputPath": "s3://bucket/models", "KmsKeyId": KEY}
    assert training["ResourceConfig"]["VolumeKmsKeyId"] == KEY
    model = requests["create_model"]
    assert (model["VpcConfig"], model["EnableNetworkIsolation"]) == (VPC, True)
    assert requests["create_endpoint_config"]["KmsKeyId"] == KEY


def test_what_is_left_behind_is_told_to_whoever_measures_it(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.faults = [Fault("ReleaseResources", refused("AccessDeniedException"), where="alpha")]

    assert workflow.run()["error"] == "ResourcesRemain"
    [payload] = aws.payloads["PublishReport"]
    assert payload["leftovers"] == ["run-alpha"]


def test_a_clean_run_leaves_nothing_behind(workflow: Workflow, aws: ScriptedAws) -> None:
    workflow.run()

    assert [payload["leftovers"] for payload in aws.payloads["PublishReport"]] == [[]]
