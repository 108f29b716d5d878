"""Model package groups and versions: what is kept, what is refused, and what EventBridge hears."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.core.instance import Instance
from tests.local_aws.integration.sagemaker.production import IMAGE, VARIANT, Production
from tests.local_aws.integration.sagemaker.support import BUCKET, Laboratory, unique
from tests.patience import eventually

METRICS = {
    "ModelQuality": {"Statistics": {"ContentType": "application/json", "S3Uri": f"s3://{BUCKET}/c.json"}}
}
STAGE = {"Stage": "Production", "StageStatus": "Deployed", "StageDescription": "live"}


class Registry:
    """One group, and requests for versions of it."""

    def __init__(self, lab: Laboratory) -> None:
        self.api, self.group = lab.sagemaker, unique("Group")
        created = self.api.create_model_package_group(
            ModelPackageGroupName=self.group,
            ModelPackageGroupDescription="a test",
            Tags=[{"Key": "team", "Value": "blue"}],
        )
        self.arn = str(created["ModelPackageGroupArn"])

    def add(self, answer: str = "registered", **more: Any) -> str:
        containers = [{"Image": IMAGE, "Environment": {"ANSWER": answer}}]
        specification = {
            "Containers": containers,
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        }
        request = {
            "ModelPackageGroupName": self.group,
            "InferenceSpecification": specification,
            "ModelMetrics": METRICS,
            **more,
        }
        return str(self.api.create_model_package(**request)["ModelPackageArn"])

    def describe(self, arn: str) -> dict[str, Any]:
        described: dict[str, Any] = self.api.describe_model_package(ModelPackageName=arn)
        return described

    def update(self, arn: str, **changes: Any) -> dict[str, Any]:
        self.api.update_model_package(ModelPackageArn=arn, **changes)
        return self.describe(arn)

    def list(self, **request: Any) -> list[int]:
        """The versions of the group that a request finds."""
        answer = self.api.list_model_packages(ModelPackageGroupName=self.group, **request)
        return [each["ModelPackageVersion"] for each in answer["ModelPackageSummaryList"]]


@pytest.fixture
def registry(lab: Laboratory) -> Registry:
    return Registry(lab)


def refused(call: Callable[..., Any], **request: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        call(**request)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def test_a_group_is_described_and_listed_with_its_tags(registry: Registry) -> None:
    described = registry.api.describe_model_package_group(ModelPackageGroupName=registry.arn)

    assert described["ModelPackageGroupName"] == registry.group
    assert (described["ModelPackageGroupArn"], described["ModelPackageGroupStatus"]) == (
        registry.arn,
        "Completed",
    )
    assert described["ModelPackageGroupDescription"] == "a test"
    assert described["CreatedBy"]["IamIdentity"]["Arn"] == "arn:aws:iam::123456789012:root"
    found = registry.api.list_model_package_groups(NameContains=registry.group)
    assert [each["ModelPackageGroupArn"] for each in found["ModelPackageGroupSummaryList"]] == [registry.arn]
    assert registry.api.list_tags(ResourceArn=registry.arn)["Tags"] == [{"Key": "team", "Value": "blue"}]


def test_a_group_is_made_once(registry: Registry) -> None:
    assert refused(registry.api.create_model_package_group, ModelPackageGroupName=registry.group) == (
        "ValidationException",
        f"Model Package Group already exists: {registry.arn}",
    )


def test_a_group_goes_when_its_versions_have(registry: Registry) -> None:
    arn = registry.add()
    code, message = refused(registry.api.delete_model_package_group, ModelPackageGroupName=registry.group)
    assert (code, "it has 1 model package(s)" in message) == ("ConflictException", True)

    registry.api.delete_model_package(ModelPackageName=arn)
    registry.api.delete_model_package_group(ModelPackageGroupName=registry.group)

    missing = ("ValidationException", f"ModelPackageGroup {registry.arn} does not exist.")
    for call in (registry.api.describe_model_package_group, registry.api.delete_model_package_group):
        assert refused(call, ModelPackageGroupName=registry.group) == missing
    assert refused(registry.api.describe_model_package, ModelPackageName=arn) == (
        "ValidationException",
        f"ModelPackage {arn} does not exist.",
    )


def test_a_version_keeps_what_it_was_given(registry: Registry) -> None:
    arn = registry.add(
        ModelPackageDescription="the first",
        CustomerMetadataProperties={"run": "1", "candidate": "xgboost"},
        MetadataProperties={"CommitId": "abc"},
        ModelLifeCycle=STAGE,
    )

    described = registry.describe(arn)

    assert arn == registry.arn.replace("model-package-group", "model-package").lower() + "/1"
    assert described["ModelApprovalStatus"] == "PendingManualApproval"
    assert (described["ModelPackageStatus"], described["ModelPackageVersion"]) == ("Completed", 1)
    assert described["ModelPackageGroupName"] == registry.group
    assert described["ModelMetrics"] == METRICS
    assert described["CustomerMetadataProperties"] == {"run": "1", "candidate": "xgboost"}
    assert described["MetadataProperties"] == {"CommitId": "abc"}
    assert described["ModelLifeCycle"] == STAGE
    assert described["ModelPackageDescription"] == "the first"
    assert described["InferenceSpecification"]["Containers"][0]["Image"] == IMAGE
    assert {"LastModifiedBy", "LastModifiedTime", "ApprovalDescription"}.isdisjoint(described)


def test_an_approval_changes_nothing_else(registry: Registry, instance: Instance) -> None:
    arn = registry.add(CustomerMetadataProperties={"run": "1"}, ModelLifeCycle=STAGE)

    approved = registry.update(arn, ModelApprovalStatus="Approved", ApprovalDescription="looks good")
    again = registry.update(arn, CustomerMetadataProperties={"by": "me"})
    less = registry.update(arn, CustomerMetadataPropertiesToRemove=["run"])

    assert (approved["ModelApprovalStatus"], approved["ApprovalDescription"]) == ("Approved", "looks good")
    assert approved["CustomerMetadataProperties"] == {"run": "1"}
    assert (again["ModelApprovalStatus"], again["ApprovalDescription"]) == ("Approved", "looks good")
    assert again["CustomerMetadataProperties"] == {"run": "1", "by": "me"}
    assert less["CustomerMetadataProperties"] == {"by": "me"}
    assert less["ModelLifeCycle"] == STAGE
    assert less["LastModifiedTime"] >= less["CreationTime"]
    assert less["LastModifiedBy"]["IamIdentity"]["Arn"] == f"arn:aws:iam::{instance.account_id}:root"


def test_a_version_number_is_never_used_again(registry: Registry) -> None:
    arns = [registry.add(), registry.add()]
    registry.api.delete_model_package(ModelPackageName=arns[1])

    assert registry.add().endswith("/3")
    assert registry.list() == [1, 3]


def test_a_client_token_makes_one_version(registry: Registry) -> None:
    token = unique("token")

    assert registry.add(ClientToken=token) == registry.add(ClientToken=token)
    assert registry.list() == [1]


def test_versions_are_listed_by_what_is_asked_for(registry: Registry) -> None:
    first, second, third = registry.add(), registry.add(), registry.add()
    registry.update(second, ModelApprovalStatus="Approved")
    registry.update(third, ModelApprovalStatus="Rejected")

    assert registry.list() == [1, 2, 3]
    assert registry.list(SortOrder="Descending", SortBy="CreationTime") == [3, 2, 1]
    assert registry.list(ModelApprovalStatus="Approved") == [2]
    assert registry.list(ModelApprovalStatus="PendingManualApproval") == [1]
    assert registry.list(NameContains="nobody") == []
    assert registry.list(CreationTimeAfter=time.time() + HOUR) == []
    assert registry.list(CreationTimeBefore=time.time() + HOUR) == [1, 2, 3]
    by_arn = registry.api.list_model_packages(ModelPackageGroupName=registry.arn)
    assert [each["ModelPackageArn"] for each in by_arn["ModelPackageSummaryList"]] == [first, second, third]
    # Without a group, versions are asked for by their type.
    unversioned = registry.api.list_model_packages(NameContains=registry.group)["ModelPackageSummaryList"]
    assert unversioned == []
    versioned = registry.api.list_model_packages(NameContains=registry.group, ModelPackageType="Versioned")[
        "ModelPackageSummaryList"
    ]
    assert len(versioned) == 3


HOUR = 3600


def test_versions_come_in_pages(registry: Registry) -> None:
    for _ in range(12):
        registry.add()

    pages = list(
        registry.api.get_paginator("list_model_packages").paginate(ModelPackageGroupName=registry.group)
    )

    assert [len(page["ModelPackageSummaryList"]) for page in pages] == [10, 2]
    pair = registry.api.list_model_packages(ModelPackageGroupName=registry.group, MaxResults=2)
    assert len(pair["ModelPackageSummaryList"]) == 2
    rest = registry.list(NextToken=pair["NextToken"])
    assert rest == list(range(3, 13))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"Tags": [{"Key": "a", "Value": "b"}]}, "can not have tags"),
        ({"ModelPackageName": "both"}, "either ModelPackageName or ModelPackageGroupName"),
        ({"CertifyForMarketplace": True}, "not implemented locally"),
        ({"SecurityConfig": {"KmsKeyId": "k"}}, "not implemented locally"),
        ({"ModelApprovalStatus": "Perhaps"}, "Member must satisfy enum value set"),
        ({"ModelPackageGroupName": "nobody"}, "model-package-group/nobody does not exist."),
    ],
)
def test_a_version_that_can_not_be_made_is_refused(
    registry: Registry, more: dict[str, Any], words: str
) -> None:
    with pytest.raises(ClientError, match="ValidationException") as error:
        registry.add(**more)

    assert words in str(error.value)
    assert registry.list() == []


def test_a_version_can_not_be_tagged_later(registry: Registry) -> None:
    arn = registry.add()

    _, message = refused(registry.api.add_tags, ResourceArn=arn, Tags=[{"Key": "a", "Value": "b"}])

    assert message == f"{arn} can not have tags: they are its model package group's."


def test_a_version_is_deployed_once_it_is_approved(
    registry: Registry, lab: Laboratory, scripted: None
) -> None:
    arn, name = registry.add(), unique("from-package")
    request = {
        "ModelName": name,
        "ExecutionRoleArn": lab.role,
        "PrimaryContainer": {"ModelPackageName": arn},
    }
    code, message = refused(lab.sagemaker.create_model, **request)
    assert (code, message.endswith("is PendingManualApproval, not Approved.")) == (
        "ValidationException",
        True,
    )

    registry.update(arn, ModelApprovalStatus="Approved")
    lab.sagemaker.create_model(**request)
    # A model has what it needs: the package may go.
    registry.api.delete_model_package(ModelPackageName=arn)
    production = Production(lab)
    described = production.create(production.config_of(name))

    assert described["EndpointStatus"] == "InService"
    assert production.ask() == "registered"
    [variant] = described["ProductionVariants"]
    assert (variant["VariantName"], variant["DeployedImages"][0]["SpecifiedImage"]) == (VARIANT, IMAGE)
    production.delete()


def test_a_digest_of_a_version_is_what_is_deployed(
    registry: Registry, lab: Laboratory, scripted: None
) -> None:
    digest = "sha256:" + "a" * 64
    container = {"Image": IMAGE, "ImageDigest": digest, "Environment": {"ANSWER": "digest"}}
    specification = {
        "Containers": [container],
        "SupportedContentTypes": ["text/csv"],
        "SupportedResponseMIMETypes": ["text/csv"],
    }
    arn = registry.add(InferenceSpecification=specification, ModelApprovalStatus="Approved")
    name = unique("by-digest")
    lab.sagemaker.create_model(
        ModelName=name,
        ExecutionRoleArn=lab.role,
        PrimaryContainer={"ModelPackageName": arn, "Environment": {"ANSWER": "overridden"}},
    )
    production = Production(lab)

    [variant] = production.create(production.config_of(name))["ProductionVariants"]

    image = f"{IMAGE.removesuffix(':1')}@{digest}"
    assert variant["DeployedImages"][0]["SpecifiedImage"] == image
    assert variant["DeployedImages"][0]["ResolvedImage"] == image
    assert production.ask() == "overridden"
    production.delete()


@pytest.fixture
def events(instance: Instance, registry: Registry) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What a rule for the group's approvals has delivered to a topic's queue."""
    rules, sqs, sns = (instance.client(name) for name in ("events", "sqs", "sns"))
    name = unique("approvals")
    topic = sns.create_topic(Name=name)["TopicArn"]
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes={"RawMessageDelivery": "true"})
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": topic,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    pattern = {
        "source": ["aws.sagemaker"],
        "detail-type": ["SageMaker Model Package State Change"],
        "detail": {"ModelPackageGroupName": [registry.group], "ModelApprovalStatus": ["Approved"]},
    }
    rules.put_rule(Name=name, EventPattern=json.dumps(pattern))
    rules.put_targets(Rule=name, Targets=[{"Id": "topic", "Arn": topic}])
    received: list[dict[str, Any]] = []

    def take() -> list[dict[str, Any]]:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        received.extend(json.loads(message["Body"]) for message in messages)
        return received

    yield take
    rules.remove_targets(Rule=name, Ids=["topic"])
    rules.delete_rule(Name=name)


def test_an_approval_is_an_event(registry: Registry, events: Callable[[], list[dict[str, Any]]]) -> None:
    pending, rejected = registry.add(), registry.add()
    registry.update(rejected, ModelApprovalStatus="Rejected")

    registry.update(pending, ModelApprovalStatus="Approved")

    [event] = eventually(events, "the event")
    assert (event["source"], event["resources"]) == ("aws.sagemaker", [pending])
    detail = event["detail"]
    assert (detail["ModelPackageGroupName"], detail["ModelPackageVersion"]) == (registry.group, 1)
    assert (detail["ModelPackageArn"], detail["ModelApprovalStatus"]) == (pending, "Approved")
    assert detail["ModelPackageStatus"] == "Completed"
    assert detail["ModelMetrics"] == METRICS
    assert detail["CreationTime"].endswith("Z")
    assert detail["LastModifiedTime"].endswith("Z")


def test_a_change_of_an_approved_version_is_one_more_event(
    registry: Registry, events: Callable[[], list[dict[str, Any]]]
) -> None:
    arn = registry.add(ModelApprovalStatus="Approved")
    registry.update(arn, ModelLifeCycle=STAGE)

    eventually(lambda: len(events()) == 2, "two events")
