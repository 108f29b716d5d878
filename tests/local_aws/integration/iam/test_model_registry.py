"""What IAM is asked about the model registry and endpoint updates, and who may approve."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.core.instance import Instance
from tests.local_aws.integration.iam.conftest import ActAs, Statement, allow, deny

SAGEMAKER = "arn:aws:sagemaker:us-east-1:123456789012"
SPECIFICATION = {
    "Containers": [{"Image": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"}],
    "SupportedContentTypes": ["text/csv"],
    "SupportedResponseMIMETypes": ["text/csv"],
}
APPROVED = {"StringEquals": {"sagemaker:ModelApprovalStatus": "Approved"}}


@pytest.fixture
def group(instance: Instance) -> str:
    name = f"group-{uuid.uuid4().hex[:8]}"
    instance.client("sagemaker").create_model_package_group(ModelPackageGroupName=name)
    return name


@pytest.fixture
def package(instance: Instance, group: str) -> str:
    created = instance.client("sagemaker").create_model_package(
        ModelPackageGroupName=group, InferenceSpecification=SPECIFICATION
    )
    return str(created["ModelPackageArn"])


def refusal(call: Any, **request: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**request)
    assert error.value.response["Error"]["Code"] == "AccessDeniedException"
    return str(error.value.response["Error"]["Message"])


def proposer(group: str) -> list[Statement]:
    """May register and change versions of a group, but not approve one."""
    on = [f"{SAGEMAKER}:model-package-group/{group}", f"{SAGEMAKER}:model-package/{group}/*"]
    actions = ["sagemaker:CreateModelPackage", "sagemaker:UpdateModelPackage"]
    return [allow(actions, on), deny(actions, on, Condition=APPROVED)]


def test_a_role_registers_and_describes_but_does_not_approve(act_as: ActAs, group: str, package: str) -> None:
    sagemaker = act_as("sagemaker", *proposer(group))
    request = {"ModelPackageGroupName": group, "InferenceSpecification": SPECIFICATION}

    sagemaker.create_model_package(**request)
    sagemaker.create_model_package(**request, ModelApprovalStatus="PendingManualApproval")
    sagemaker.update_model_package(ModelPackageArn=package, ModelApprovalStatus="Rejected")
    sagemaker.update_model_package(ModelPackageArn=package, ApprovalDescription="none")

    created = refusal(sagemaker.create_model_package, **request, ModelApprovalStatus="Approved")
    updated = refusal(sagemaker.update_model_package, ModelPackageArn=package, ModelApprovalStatus="Approved")
    assert "sagemaker:CreateModelPackage on resource" in created
    assert f"sagemaker:UpdateModelPackage on resource: {package} with an explicit deny" in updated


def test_a_version_needs_the_group_and_its_packages(act_as: ActAs, group: str) -> None:
    request = {"ModelPackageGroupName": group, "InferenceSpecification": SPECIFICATION}
    resources = [f"{SAGEMAKER}:model-package-group/{group}", f"{SAGEMAKER}:model-package/{group}/*"]
    for given, missing in zip(resources, reversed(resources), strict=True):
        sagemaker = act_as("sagemaker", allow("sagemaker:CreateModelPackage", given))
        assert f"sagemaker:CreateModelPackage on resource: {missing} " in refusal(
            sagemaker.create_model_package, **request
        )


def test_a_life_cycle_is_a_condition(act_as: ActAs, group: str, package: str) -> None:
    condition = {"StringEquals": {"sagemaker:ModelLifeCycle:Stage": "Staging"}}
    sagemaker = act_as("sagemaker", allow("sagemaker:UpdateModelPackage", package, Condition=condition))

    def stage(name: str) -> dict[str, Any]:
        return {"ModelPackageArn": package, "ModelLifeCycle": {"Stage": name, "StageStatus": "Deployed"}}

    sagemaker.update_model_package(**stage("Staging"))
    assert "sagemaker:UpdateModelPackage" in refusal(sagemaker.update_model_package, **stage("Production"))


def test_who_approved_is_told(act_as: ActAs, instance: Instance, package: str) -> None:
    sagemaker = act_as("sagemaker", allow("sagemaker:*", "*"))

    sagemaker.update_model_package(ModelPackageArn=package, ModelApprovalStatus="Approved")

    described = instance.client("sagemaker").describe_model_package(ModelPackageName=package)
    approver = described["LastModifiedBy"]["IamIdentity"]
    assert approver["Arn"].startswith("arn:aws:sts::123456789012:assumed-role/role-")
    assert approver["PrincipalId"].endswith(":session")
    assert described["CreatedBy"]["IamIdentity"]["Arn"] == "arn:aws:iam::123456789012:root"


@pytest.mark.parametrize(
    ("operation", "member", "kind"),
    [
        ("describe_model_package_group", "ModelPackageGroupName", "model-package-group/{group}"),
        ("delete_model_package_group", "ModelPackageGroupName", "model-package-group/{group}"),
        ("describe_model_package", "ModelPackageName", "model-package/{group}/1"),
        ("delete_model_package", "ModelPackageName", "model-package/{group}/1"),
    ],
)
def test_what_is_described_or_deleted_is_the_resource(
    act_as: ActAs, group: str, package: str, operation: str, member: str, kind: str
) -> None:
    arn = f"{SAGEMAKER}:{kind.format(group=group)}"

    message = refusal(getattr(act_as("sagemaker"), operation), **{member: arn})

    assert f" on resource: {arn} because no identity-based policy" in message


def test_an_update_needs_the_endpoint_and_the_configuration(act_as: ActAs) -> None:
    request = {"EndpointName": "Live", "EndpointConfigName": "Next"}
    resources = [f"{SAGEMAKER}:endpoint/live", f"{SAGEMAKER}:endpoint-config/next"]
    for given, missing in zip(resources, reversed(resources), strict=True):
        sagemaker = act_as("sagemaker", allow("sagemaker:UpdateEndpoint", given))
        assert f"sagemaker:UpdateEndpoint on resource: {missing} " in refusal(
            sagemaker.update_endpoint, **request
        )
    # With both it is SageMaker that answers; no role is passed.
    with pytest.raises(ClientError, match="Could not find endpoint"):
        act_as("sagemaker", allow("sagemaker:UpdateEndpoint", resources)).update_endpoint(**request)


def test_alarms_are_described_by_name(act_as: ActAs) -> None:
    alarm = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors"
    cloudwatch = act_as("cloudwatch", allow("cloudwatch:DescribeAlarms", alarm))

    assert cloudwatch.describe_alarms(AlarmNames=["errors"])["MetricAlarms"] == []
    for request in ({"AlarmNames": ["errors", "others"]}, {}):
        with pytest.raises(ClientError, match="cloudwatch:DescribeAlarms"):
            cloudwatch.describe_alarms(**request)
