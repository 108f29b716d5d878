"""Keys, networks and isolation reach every request to SageMaker, and stay away where there are none."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from bakeoff.domain.planning.security import JobSecurity
from local_aws.services.stepfunctions.tasks.sagemaker_parameters import documented
from tests.workflow.conftest import Workflow
from tests.workflow.simulation.functions import functions
from tests.workflow.simulation.scripted import Fault, FunctionFailed, ScriptedAws

KEY = "arn:aws:kms:us-east-1:123456789012:key/1"
VPC = {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
TAGS = [{"Key": "bakeoff:stack", "Value": "bakeoff"}]
ALPHA = {"algorithms": ["alpha"]}
CREATIONS = (
    "create_processing_job",
    "create_training_job",
    "create_model",
    "create_endpoint_config",
    "create_endpoint",
)
Requests = dict[str, dict[str, Any]]


@pytest.fixture
def requests(aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch) -> Requests:
    """What the workflow asks of SageMaker, by operation; of the tags, only the stack's is kept."""
    found: Requests = {}
    answer = aws.call

    def call(operation: str, parameters: dict[str, Any], caller: str = "") -> dict[str, Any]:
        tags = [tag for tag in parameters.get("Tags", []) if tag["Key"] == "bakeoff:stack"]
        found.setdefault(operation, {**parameters, **({"Tags": tags} if tags else {})})
        return answer(operation, parameters, caller)

    monkeypatch.setattr(aws, "call", call)
    return found


@pytest.fixture
def protected(requests: Requests, monkeypatch: pytest.MonkeyPatch) -> Requests:
    """The requests of a stack that has a key and a network of its own."""
    module = functions().module("PlanRun")
    security = JobSecurity(KEY, ("subnet-1",), ("sg-1",))
    defaults = dataclasses.replace(module.PLANNER.options.defaults, security=security)
    options = dataclasses.replace(module.PLANNER.options, defaults=defaults)
    monkeypatch.setattr(module, "PLANNER", dataclasses.replace(module.PLANNER, options=options))
    return requests


@pytest.fixture
def tagged(aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[dict[str, str]]]:
    """The tags of every request to SageMaker of a stack with cost tags, by operation."""
    module = functions().module("PlanRun")
    options = dataclasses.replace(module.PLANNER.options, cost_tags={"team": "data"})
    monkeypatch.setattr(module, "PLANNER", dataclasses.replace(module.PLANNER, options=options))
    found: dict[str, list[dict[str, str]]] = {}
    answer = aws.call

    def call(operation: str, parameters: dict[str, Any], caller: str = "") -> dict[str, Any]:
        if operation.startswith("create_"):
            found[operation] = parameters["Tags"]
        return answer(operation, parameters, caller)

    monkeypatch.setattr(aws, "call", call)
    return found


def test_everything_in_sagemaker_bears_the_run_and_the_cost_tags(
    workflow: Workflow, tagged: dict[str, list[dict[str, str]]]
) -> None:
    run = workflow.run(ALPHA)
    assert run["status"] == "SUCCEEDED", run["cause"]

    assert set(tagged) == {
        "create_processing_job",
        "create_training_job",
        "create_model",
        "create_endpoint_config",
        "create_endpoint",
    }
    for operation, tags in tagged.items():
        given = {tag["Key"]: tag["Value"] for tag in tags}
        # What .sync starts, Step Functions marks as well.
        given.pop("MANAGED_BY_AWS", None)
        assert given == {
            "bakeoff:stack": "bakeoff",
            "bakeoff:run": run["name"],
            "team": "data",
        }, operation


def test_without_parameters_nothing_optional_is_asked_for(workflow: Workflow, requests: Requests) -> None:
    run = workflow.run(ALPHA)
    assert run["status"] == "SUCCEEDED", run["cause"]

    cluster = {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30}
    assert requests["create_processing_job"]["ProcessingResources"] == {"ClusterConfig": cluster}
    assert "NetworkConfig" not in requests["create_processing_job"]
    training = requests["create_training_job"]
    name, channels, image = (
        training.pop("TrainingJobName"),
        training.pop("InputDataConfig"),
        training["AlgorithmSpecification"]["TrainingImage"],
    )
    root = f"s3://data-bucket/runs/{run['name']}/"
    assert [channel["ChannelName"] for channel in channels] == ["train", "validation"]
    assert training.pop("HyperParameters")["num_round"]
    assert training == {
        "RoleArn": "arn:aws:iam::123456789012:role/SageMaker",
        "AlgorithmSpecification": {"TrainingImage": image, "TrainingInputMode": "File"},
        "OutputDataConfig": {"S3OutputPath": f"{root}models/alpha"},
        "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 30},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        "Tags": TAGS,
    }
    resource = requests["create_model"]["ModelName"]
    artifact = f"{root}models/alpha/{name}/model.tar.gz"
    assert requests["create_model"] == {
        "ModelName": resource,
        "ExecutionRoleArn": "arn:aws:iam::123456789012:role/SageMaker",
        "PrimaryContainer": {"Image": image, "ModelDataUrl": artifact},
        "Tags": TAGS,
    }
    variant = {
        "VariantName": "candidate",
        "ModelName": resource,
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
    }
    assert requests["create_endpoint_config"] == {
        "EndpointConfigName": resource,
        "ProductionVariants": [variant],
        "Tags": TAGS,
    }


def test_without_parameters_no_field_is_sent_that_step_functions_may_not_know(
    workflow: Workflow, requests: Requests
) -> None:
    """One such field ends the whole run, and nothing catches that."""
    workflow.run(ALPHA)
    asked = {f"create{_camel(name)}": set(sent) for name, sent in requests.items() if name in CREATIONS}

    assert len(asked) == len(CREATIONS)
    for action, fields in asked.items():
        assert fields <= documented(action), action


def test_spot_instances_are_asked_for_by_who_wants_them_only(workflow: Workflow, aws: ScriptedAws) -> None:
    run = workflow.run({"algorithms": [{"name": "alpha", "spot": True}, "beta"]})

    assert run["status"] == "SUCCEEDED", run["cause"]
    asked = {
        name.split("-")[3]: job["request"].get("EnableManagedSpotTraining", "nothing")
        for name, job in aws.sagemaker.jobs.items()
        if job["kind"] == "training-job"
    }
    assert asked == {"alpha": True, "beta": "nothing"}


def test_key_and_network_reach_every_request(workflow: Workflow, protected: Requests) -> None:
    run = workflow.run(ALPHA, NetworkIsolation="true", InterContainerEncryption="true")
    assert run["status"] == "SUCCEEDED", run["cause"]

    processing, training = protected["create_processing_job"], protected["create_training_job"]
    assert processing["ProcessingResources"]["ClusterConfig"]["VolumeKmsKeyId"] == KEY
    # Spark reads and writes S3 itself, so it is never cut off.
    assert processing["NetworkConfig"] == {"EnableInterContainerTrafficEncryption": True, "VpcConfig": VPC}
    assert (training["VpcConfig"], training["EnableNetworkIsolation"]) == (VPC, True)
    assert training["EnableInterContainerTrafficEncryption"] is True
    assert training["OutputDataConfig"]["KmsKeyId"] == training["ResourceConfig"]["VolumeKmsKeyId"] == KEY
    model = protected["create_model"]
    assert (model["VpcConfig"], model["EnableNetworkIsolation"]) == (VPC, True)
    assert protected["create_endpoint_config"]["KmsKeyId"] == KEY


def _camel(operation: str) -> str:
    return "".join(word.capitalize() for word in operation.split("_")[1:])


def test_a_candidate_with_disks_of_its_own_gets_no_key_for_them(
    workflow: Workflow, protected: Requests
) -> None:
    types = {"training_instance_type": "ml.g5.xlarge", "endpoint_instance_type": "ml.m5d.large"}

    workflow.run({"algorithms": [{"name": "alpha", **types}]})

    assert "VolumeKmsKeyId" not in protected["create_training_job"]["ResourceConfig"]
    assert "KmsKeyId" not in protected["create_endpoint_config"]
    assert protected["create_training_job"]["OutputDataConfig"]["KmsKeyId"] == KEY


def test_what_is_left_behind_is_told_to_whoever_measures_it(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.faults = [Fault.raising("ReleaseResources", FunctionFailed("AccessDenied", "no"), "alpha")]

    assert workflow.run()["error"] == "ResourcesRemain"
    [payload] = aws.payloads["PublishReport"]
    assert [name.split("-")[-1] for name in payload["leftovers"]] == ["alpha"]


def test_a_clean_run_leaves_nothing_behind(workflow: Workflow, aws: ScriptedAws) -> None:
    workflow.run(ALPHA)

    assert [payload["leftovers"] for payload in aws.payloads["PublishReport"]] == [[]]
