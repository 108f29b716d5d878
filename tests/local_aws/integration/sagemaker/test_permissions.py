"""Keys and networks: described as they were given, and refused as SageMaker refuses them."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.core.instance import Instance
from tests.local_aws.integration.sagemaker.conftest import ORDINARY_ACTIONS, make_role, policy
from tests.local_aws.integration.sagemaker.support import (
    BUCKET,
    SHELL,
    Laboratory,
    ShellContainer,
    unique,
)

NETWORK_ACTIONS = [
    *("ec2:CreateNetworkInterface", "ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface"),
    *("ec2:DeleteNetworkInterfacePermission", "ec2:DescribeDhcpOptions", "ec2:DescribeNetworkInterfaces"),
    *("ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"),
]
KEY_ACTIONS = ["kms:CreateGrant", "kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"]
_numbers = itertools.count()


@pytest.fixture
def key(instance: Instance) -> str:
    return str(instance.client("kms").create_key()["KeyMetadata"]["Arn"])


@pytest.fixture
def network(instance: Instance) -> dict[str, list[str]]:
    ec2 = instance.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]
    owned = [{"Name": "vpc-id", "Values": [subnet["VpcId"]]}]
    group = ec2.describe_security_groups(Filters=owned)["SecurityGroups"][0]
    return {"Subnets": [subnet["SubnetId"]], "SecurityGroupIds": [group["GroupId"]]}


def lab_of(instance: Instance, *actions: str) -> Laboratory:
    """A laboratory whose role may do `actions` beside what every job needs."""
    name = f"sagemaker-permissions-{next(_numbers)}"
    return Laboratory(instance, make_role(instance, name, [*ORDINARY_ACTIONS, *actions]))


def refusal(lab: Laboratory, operation: str, request: dict[str, Any]) -> str:
    with pytest.raises(ClientError) as error:
        getattr(lab.sagemaker, operation)(**request)
    assert error.value.response["Error"]["Code"] == "ValidationException"
    return error.value.response["Error"]["Message"]


def volume(key: str, instance_type: str = "ml.m5.large") -> dict[str, Any]:
    return {"InstanceType": instance_type, "InstanceCount": 1, "VolumeSizeInGB": 10, "VolumeKmsKeyId": key}


def test_a_protected_job_says_so_and_encrypts_its_model(
    instance: Instance, lab: Laboratory, shell: ShellContainer, key: str, network: dict[str, list[str]]
) -> None:
    protected = lab_of(instance, *NETWORK_ACTIONS, *KEY_ACTIONS)
    request = protected.training_request(
        OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/models", "KmsKeyId": key},
        ResourceConfig=volume(key),
        VpcConfig=network,
        EnableNetworkIsolation=True,
        EnableInterContainerTrafficEncryption=True,
    )
    shell.line = "echo trained > model/weights"

    done = protected.train(request)

    assert done["TrainingJobStatus"] == "Completed", done["FailureReason"]
    for member in ("OutputDataConfig", "ResourceConfig", "VpcConfig", "EnableNetworkIsolation"):
        assert done[member] == request[member]
    assert done["EnableInterContainerTrafficEncryption"] is True
    bucket, _, artifact = done["ModelArtifacts"]["S3ModelArtifacts"].removeprefix("s3://").partition("/")
    assert lab.s3.head_object(Bucket=bucket, Key=artifact)["SSEKMSKeyId"] == key


def test_a_protected_processing_job_and_model_say_so(
    instance: Instance, lab: Laboratory, shell: ShellContainer, key: str, network: dict[str, list[str]]
) -> None:
    protected, name = lab_of(instance, *NETWORK_ACTIONS, *KEY_ACTIONS), unique("model")
    settings = {"EnableInterContainerTrafficEncryption": True, "VpcConfig": network}
    request = protected.processing_request(
        ProcessingResources={"ClusterConfig": volume(key)}, NetworkConfig=settings
    )

    done = protected.process(request)
    protected.sagemaker.create_model(
        ModelName=name,
        ExecutionRoleArn=protected.role,
        PrimaryContainer={"Image": SHELL},
        VpcConfig=network,
        EnableNetworkIsolation=True,
    )

    assert done["NetworkConfig"] == settings
    assert done["ProcessingResources"] == request["ProcessingResources"]
    model = protected.sagemaker.describe_model(ModelName=name)
    assert (model["VpcConfig"], model["EnableNetworkIsolation"]) == (network, True)


@pytest.mark.parametrize("missing", NETWORK_ACTIONS)
def test_a_role_that_may_not_join_the_network_is_refused(
    instance: Instance, lab: Laboratory, network: dict[str, list[str]], missing: str
) -> None:
    weak = lab_of(instance, *(action for action in NETWORK_ACTIONS if action != missing))
    model = {
        "ModelName": unique("model"),
        "ExecutionRoleArn": weak.role,
        "PrimaryContainer": {"Image": SHELL},
    }

    for operation, request in (
        ("create_training_job", weak.training_request(VpcConfig=network)),
        ("create_processing_job", weak.processing_request(NetworkConfig={"VpcConfig": network})),
        ("create_model", {**model, "VpcConfig": network}),
    ):
        assert f"not allowed to do {missing} on" in refusal(weak, operation, request)


@pytest.mark.parametrize(
    "narrow",
    [
        {"Resource": "arn:aws:ec2:*:*:*/*"},
        {"Resource": "*", "Condition": {"StringEquals": {"ec2:Region": "us-east-1"}}},
    ],
)
def test_a_processing_job_s_role_may_not_be_scoped(
    instance: Instance, lab: Laboratory, network: dict[str, list[str]], narrow: dict[str, Any]
) -> None:
    role = make_role(instance, unique("scoped"), ORDINARY_ACTIONS)
    reading = [action for action in NETWORK_ACTIONS if ":Describe" in action]
    making = [action for action in NETWORK_ACTIONS if action not in reading]
    statements = (
        {"Effect": "Allow", "Action": reading, "Resource": "*"},
        {"Effect": "Allow", "Action": making, **narrow},
    )
    instance.client("iam").put_role_policy(
        RoleName=role.split("/")[-1], PolicyName="network", PolicyDocument=policy(*statements)
    )
    scoped = Laboratory(instance, role)

    refused = refusal(
        scoped, "create_processing_job", scoped.processing_request(NetworkConfig={"VpcConfig": network})
    )

    assert "not allowed to do ec2:CreateNetworkInterface on *" in refused


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"Subnets": ["subnet-none"]}, "The subnet ID 'subnet-none' does not exist"),
        ({"SecurityGroupIds": ["sg-none"]}, "The security group 'sg-none' does not exist"),
    ],
)
def test_a_network_must_exist(
    instance: Instance, lab: Laboratory, network: dict[str, list[str]], change: dict[str, Any], message: str
) -> None:
    strong = lab_of(instance, *NETWORK_ACTIONS)

    refused = refusal(strong, "create_training_job", strong.training_request(VpcConfig={**network, **change}))
    assert message in refused


def test_subnets_and_security_groups_share_a_vpc(
    instance: Instance, lab: Laboratory, network: dict[str, list[str]]
) -> None:
    ec2 = instance.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="other", Description="other", VpcId=vpc)["GroupId"]
    request = lab.training_request(VpcConfig={**network, "SecurityGroupIds": [group]})

    assert "must belong to one VPC" in refusal(lab, "create_training_job", request)


def test_a_key_needs_permissions_and_disks_that_take_one(
    instance: Instance, lab: Laboratory, key: str
) -> None:
    output = {"S3OutputPath": f"s3://{BUCKET}/models", "KmsKeyId": key}
    without = lab.training_request(ResourceConfig=volume(key))
    writing = lab.training_request(OutputDataConfig=output)
    strong = lab_of(instance, *KEY_ACTIONS)
    local = strong.training_request(ResourceConfig=volume(key, "ml.g5.xlarge"))
    cluster = {"ClusterConfig": volume(key, "ml.g4dn.xlarge")}
    processing = strong.processing_request(ProcessingResources=cluster)

    assert "kms:CreateGrant" in refusal(lab, "create_training_job", without)
    assert "kms:Encrypt" in refusal(lab, "create_training_job", writing)
    assert "is not supported for instance type" in refusal(strong, "create_training_job", local)
    assert "is not supported for instance type" in refusal(strong, "create_processing_job", processing)
