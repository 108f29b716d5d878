"""The data go when the stack goes, and only then: never because a deployment changed its mind."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.deployment import deploy as deployment
from local_aws.deployment.build import built
from local_aws.deployment.packaging import upload_local_paths
from local_aws.embedded import EmbeddedAws
from local_aws.services.cloudformation.resources import custom
from tests.e2e.stack import Stack
from tests.template import TEMPLATE_PATH

_NOBODY = "no-such-function"
# It fails once everything else is there, and hands the bucket to whoever watches the request.
_FAILING = f"""Resources:
  Failing:
    Type: Custom::Failing
    DependsOn: EmptyBucket
    Properties:
      ServiceToken: arn:aws:lambda:us-east-1:123456789012:function:{_NOBODY}
      Bucket: !Ref DataBucket
"""
Deploy = Callable[[str], Stack]


@pytest.fixture
def name() -> str:
    return f"retention-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def deploy(embedded: EmbeddedAws, name: str) -> Iterator[Deploy]:
    """Create or update the test's own stack with a DataRetention."""
    deployed: list[Stack] = []

    def deploy_with(retention: str) -> Stack:
        deployed.append(Stack(embedded, embedded.deploy(TEMPLATE_PATH, name, {"DataRetention": retention})))
        return deployed[-1]

    yield deploy_with
    deployment.delete(embedded.instance, name)
    _remove(embedded, deployed[0].bucket)


def test_kept_data_stay_behind_their_policy(deploy: Deploy, name: str) -> None:
    # Given data in a stack that keeps them
    stack = deploy("Keep")
    _put_twice(stack)

    # When the stack is deleted
    deployment.delete(stack.aws.instance, name)

    # Then every version is there, and still for TLS only
    policy = json.loads(stack.aws.instance.client("s3").get_bucket_policy(Bucket=stack.bucket)["Policy"])
    assert _versions(stack) == 2
    assert {each["Sid"] for each in policy["Statement"]} == {"TlsOnly", "ModernTlsOnly"}


def test_a_first_creation_that_keeps_its_data_leaves_no_empty_bucket(
    embedded: EmbeddedAws, name: str
) -> None:
    before = embedded.instance.client("s3").list_buckets()["Buckets"]

    embedded.instance.client("cloudformation").create_stack(**_failing(embedded, name, "Keep"))

    assert _settled(embedded, name) == "ROLLBACK_COMPLETE"
    assert embedded.instance.client("s3").list_buckets()["Buckets"] == before
    deployment.delete(embedded.instance, name)


def test_data_that_were_to_go_stay_when_they_are_to_be_kept(deploy: Deploy, name: str) -> None:
    # Given data in a stack that would delete them
    stack = deploy("Delete")
    _put_twice(stack)

    # When the next deployment says that they are kept
    kept = deploy("Keep")

    # Then every version is there, also after the stack
    assert kept.bucket == stack.bucket
    assert _versions(stack) == 2
    deployment.delete(stack.aws.instance, name)
    assert _versions(stack) == 2


def test_data_stay_when_an_update_that_would_let_them_go_fails(deploy: Deploy, name: str) -> None:
    # Given data in a stack that keeps them
    stack = deploy("Keep")
    _put_twice(stack)

    # When an update to the other retention fails after EmptyBucket has been made
    client = stack.aws.instance.client("cloudformation")
    client.update_stack(**_failing(stack.aws, name))

    # Then the update is undone, EmptyBucket too, and the data are there
    assert _settled(stack.aws, name) == "UPDATE_ROLLBACK_COMPLETE"
    events = _events(stack.aws, name)
    assert {("Failing", "CREATE_FAILED"), ("EmptyBucket", "DELETE_COMPLETE")} <= events
    assert _versions(stack) == 2


def test_data_go_with_the_stack(deploy: Deploy, name: str) -> None:
    stack = deploy("Delete")
    _put_twice(stack)

    deployment.delete(stack.aws.instance, name)

    with pytest.raises(ClientError, match="NoSuchBucket"):
        _versions(stack)


def test_a_first_creation_that_fails_leaves_no_bucket(
    embedded: EmbeddedAws, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    buckets: list[str] = []
    client, s3, invoke = (
        embedded.instance.client("cloudformation"),
        embedded.instance.client("s3"),
        custom._invoke,
    )

    def upload_and_invoke(client: Any, function: str, event: Any, mailbox: Any) -> None:
        if _NOBODY in function and event["RequestType"] == "Create":
            buckets.append(event["ResourceProperties"]["Bucket"])
            s3.put_object(Bucket=buckets[0], Key="early", Body=b"1")
        invoke(client, function, event, mailbox)

    # When something is uploaded while the stack is created, and the creation fails
    monkeypatch.setattr(custom, "_invoke", upload_and_invoke)
    client.create_stack(**_failing(embedded, name))

    # Then nothing is left of it
    assert _settled(embedded, name) == "ROLLBACK_COMPLETE"
    with pytest.raises(ClientError, match="Not Found"):
        s3.head_bucket(Bucket=buckets[0])
    deployment.delete(embedded.instance, name)


def _put_twice(stack: Stack) -> None:
    """Outside of Inputs/, where nothing starts a run."""
    stack.upload("kept", b"1")
    stack.upload("kept", b"2")


def _versions(stack: Stack) -> int:
    found = stack.aws.instance.client("s3").list_object_versions(Bucket=stack.bucket, Prefix="kept")
    return len(found.get("Versions", []))


def _failing(aws: EmbeddedAws, name: str, retention: str = "Delete") -> dict[str, Any]:
    """A request for the template with that DataRetention and a resource that fails."""
    text = upload_local_paths(aws.instance, TEMPLATE_PATH, built(TEMPLATE_PATH))
    failing = _FAILING if retention == "Delete" else _FAILING.replace("EmptyBucket", "DataBucketPolicy")
    return {
        "StackName": name,
        "TemplateBody": text.replace("\nResources:\n", f"\n{failing}", 1),
        "Parameters": [{"ParameterKey": "DataRetention", "ParameterValue": retention}],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    }


def _settled(aws: EmbeddedAws, name: str) -> str:
    client = aws.instance.client("cloudformation")
    while (status := str(client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])).endswith(
        "_IN_PROGRESS"
    ):
        time.sleep(0.1)
    return status


def _events(aws: EmbeddedAws, name: str) -> set[tuple[str, str]]:
    found = aws.instance.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
    return {(each["LogicalResourceId"], each["ResourceStatus"]) for each in found}


def _remove(aws: EmbeddedAws, bucket: str) -> None:
    """What a stack has kept would be in other tests' lists."""
    s3 = aws.instance.client("s3")
    if bucket in [each["Name"] for each in s3.list_buckets()["Buckets"]]:
        for version in s3.list_object_versions(Bucket=bucket).get("Versions", []):
            s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
        s3.delete_bucket(Bucket=bucket)
