"""The project's own template is deployed, and deleted."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from local_aws.core.instance import Instance
from local_aws.deployment.deploy import delete
from local_aws.embedded import EmbeddedAws
from tests.template import FUNCTIONS, TEMPLATE_PATH


@pytest.fixture
def stack_name(instance: Instance) -> Iterator[str]:
    name = f"deploy-{uuid.uuid4().hex[:8]}"
    yield name
    delete(instance, name)


def test_the_project_deploys_as_it_stands_and_leaves_nothing(embedded: EmbeddedAws, stack_name: str) -> None:
    # When the unmodified template is deployed with the parameters of the local environment
    outputs = embedded.deploy(TEMPLATE_PATH, stack_name)
    # Then it has the outputs that the command relies on
    instance, cloudformation = embedded.instance, embedded.instance.client("cloudformation")
    assert set(outputs) == {
        *("BucketName", "StateMachineArn", "TopicArn", "ResourcePrefix", "FailedStartsUrl"),
        *("DashboardUrl", "ReportsUrl", "RunsUrl"),
    }
    stack_id = cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]["StackId"]
    assert outputs["ResourcePrefix"] == f"bakeoff-{stack_id.split('/')[2].split('-')[0]}"
    original = cloudformation.get_template(StackName=stack_name)["TemplateBody"]
    assert original.count("s3://") > 0
    # As `sam build` has it, each function names an artifact of its own.
    lines = TEMPLATE_PATH.read_text().splitlines()
    assert len(original.splitlines()) == len(lines) + len(FUNCTIONS)
    # And the bucket tells the function of uploads
    s3 = instance.client("s3")
    (notified,) = s3.get_bucket_notification_configuration(Bucket=outputs["BucketName"])[
        "LambdaFunctionConfigurations"
    ]
    assert notified["Events"] == ["s3:ObjectCreated:*"]
    # When it is deleted while versions and delete markers are in the bucket
    s3.put_object(Bucket=outputs["BucketName"], Key="Outputs/x", Body=b"x")
    s3.delete_object(Bucket=outputs["BucketName"], Key="Outputs/x")
    delete(instance, stack_name)
    # Then nothing is left
    assert outputs["BucketName"] not in [item["Name"] for item in s3.list_buckets()["Buckets"]]
    functions = instance.client("lambda").list_functions()["Functions"]
    assert not [item for item in functions if item["FunctionName"].startswith(stack_name)]
    groups = instance.client("logs").describe_log_groups(logGroupNamePrefix=stack_name)["logGroups"]
    assert groups == []
