"""AWS::SageMaker::ModelPackageGroup: made, changed and deleted as a template says."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from .conftest import TestStack

GROUP = """
Parameters: {{Team: {{Type: String, Default: blue}}}}
Resources:
  Group:
    Type: AWS::SageMaker::ModelPackageGroup
    Properties:
      ModelPackageGroupName: {name}
      ModelPackageGroupDescription: Proposals
      Tags: [{{Key: team, Value: !Ref Team}}]
Outputs:
  Ref: {{Value: !Ref Group}}
  Arn: {{Value: !GetAtt Group.ModelPackageGroupArn}}
  Status: {{Value: !GetAtt Group.ModelPackageGroupStatus}}
"""


def group_of(stack: TestStack) -> str:
    return GROUP.format(name=stack.name)


def tags(stack: TestStack) -> dict[str, str]:
    found = stack.instance.client("sagemaker").list_tags(ResourceArn=stack.outputs()["Arn"])["Tags"]
    return {tag["Key"]: tag["Value"] for tag in found}


def test_a_group_is_created_tagged_anew_and_deleted(stack: TestStack) -> None:
    sagemaker = stack.instance.client("sagemaker")
    assert stack.create(group_of(stack), Tags=[{"Key": "stack", "Value": "s"}])["StackStatus"] == (
        "CREATE_COMPLETE"
    )
    described = sagemaker.describe_model_package_group(ModelPackageGroupName=stack.name)
    arn = described["ModelPackageGroupArn"]
    assert stack.outputs() == {"Ref": arn, "Arn": arn, "Status": "Completed"}
    assert described["ModelPackageGroupDescription"] == "Proposals"
    assert tags(stack) == {"team": "blue", "stack": "s"}

    updated = stack.update(group_of(stack), {"Team": "red"}, Tags=[])
    assert updated["StackStatus"] == "UPDATE_COMPLETE"
    assert tags(stack) == {"team": "red"}

    assert stack.delete()["StackStatus"] == "DELETE_COMPLETE"
    with pytest.raises(ClientError, match="does not exist"):
        sagemaker.describe_model_package_group(ModelPackageGroupName=stack.name)


def test_a_group_with_versions_stops_the_deletion_until_they_are_gone(stack: TestStack) -> None:
    sagemaker = stack.instance.client("sagemaker")
    stack.create(group_of(stack))
    container = {"Image": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"}
    arn = sagemaker.create_model_package(
        ModelPackageGroupName=stack.name,
        InferenceSpecification={
            "Containers": [container],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
    )["ModelPackageArn"]

    assert stack.delete()["StackStatus"] == "DELETE_FAILED"
    assert "it has 1 model package(s)" in stack.reason("Group", "DELETE_FAILED")

    sagemaker.delete_model_package(ModelPackageName=arn)
    assert stack.delete()["StackStatus"] == "DELETE_COMPLETE"


def test_a_group_that_somebody_has_deleted_is_no_matter(stack: TestStack) -> None:
    stack.create(group_of(stack))
    stack.instance.client("sagemaker").delete_model_package_group(ModelPackageGroupName=stack.name)

    assert stack.delete()["StackStatus"] == "DELETE_COMPLETE"


def test_another_description_needs_another_name(stack: TestStack) -> None:
    stack.create(group_of(stack))

    changed = stack.update(group_of(stack).replace("Proposals", "Candidates"))

    assert changed["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.reason("Group", "UPDATE_FAILED")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ModelPackageGroupPolicy: {}", "ModelPackageGroupPolicy"),
        ("ManagedConfiguration: {}", "ManagedConfiguration"),
    ],
)
def test_what_is_not_implemented_is_refused(stack: TestStack, line: str, words: str) -> None:
    template = group_of(stack).replace("ModelPackageGroupDescription: Proposals", line)

    with pytest.raises(ClientError, match=words):
        stack.create(template)


def test_a_group_needs_its_name(stack: TestStack) -> None:
    template = group_of(stack).replace(f"ModelPackageGroupName: {stack.name}", "")

    with pytest.raises(ClientError, match="ModelPackageGroupName"):
        stack.create(template)
