"""AWS SDK integrations."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Workflows, states, task


def run(workflows: Workflows, action: str, arguments: Any) -> dict[str, Any]:
    return workflows.run(states({"Call": task(f"aws-sdk:{action}", arguments)}))


@pytest.mark.parametrize(
    ("action", "arguments", "error"),
    [
        ("sagemaker:describeEndpoint", {"EndpointName": "none"}, "SageMaker.SageMakerException"),
        ("s3:getObject", {"Bucket": "no-such-bucket-here", "Key": "k"}, "S3.NoSuchBucketException"),
        (
            "sns:getTopicAttributes",
            {"TopicArn": "arn:aws:sns:us-east-1:123456789012:none"},
            "Sns.NotFoundException",
        ),
        ("lambda:getFunction", {"FunctionName": "none"}, "Lambda.ResourceNotFoundException"),
        ("eventbridge:describeRule", {"Name": "none"}, "EventBridge.ResourceNotFoundException"),
        ("ssm:getParameter", {"Name": "none"}, "Ssm.ParameterNotFoundException"),
    ],
)
def test_errors_bear_the_names_of_the_java_sdk(
    workflows: Workflows, action: str, arguments: Any, error: str
) -> None:
    ended = run(workflows, action, arguments)

    assert (ended["status"], ended["error"]) == ("FAILED", error)
    service = error.split(".")[0]
    assert re.search(rf"\(Service: {service}, Status Code: 4\d\d, Request ID: .+\)$", ended["cause"])


def test_a_result_has_pascal_case_names_and_iso_times(workflows: Workflows) -> None:
    machine = workflows.create(states({"Done": {"Type": "Succeed"}}))

    output = json.loads(run(workflows, "sfn:describeStateMachine", {"StateMachineArn": machine})["output"])

    assert output["StateMachineArn"] == machine
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", output["CreationDate"])
    assert "ResponseMetadata" not in output


def test_the_body_of_an_object_is_text(workflows: Workflows) -> None:
    s3 = workflows.instance.client("s3")
    s3.create_bucket(Bucket="sdk-task-bucket")
    s3.put_object(Bucket="sdk-task-bucket", Key="a.txt", Body="grüße".encode())

    output = json.loads(
        run(workflows, "s3:getObject", {"Bucket": "sdk-task-bucket", "Key": "a.txt"})["output"]
    )

    assert output["Body"] == "grüße"


def test_json_may_stand_where_the_service_wants_its_text(workflows: Workflows) -> None:
    machine = workflows.create(states({"Keep": {"Type": "Pass", "End": True}}))
    arguments = {"StateMachineArn": machine, "Input": {"a": "{% $states.input.b %}"}}

    started = workflows.output(
        states({"Start": task("aws-sdk:sfn:startExecution", arguments)}), {"b": [1, None]}
    )

    assert json.loads(workflows.wait(started["ExecutionArn"])["output"]) == {"a": [1, None]}


@pytest.mark.parametrize(
    "resource",
    [
        "aws-sdk:sagemaker:describeFoo",
        "aws-sdk:sagemaker:DescribeEndpoint",
        "aws-sdk:nothing:list",
        "aws-sdk:s3:listBuckets.sync",
    ],
)
def test_what_aws_does_not_have_is_refused(workflows: Workflows, resource: str) -> None:
    with pytest.raises(ClientError, match="is not recognized"):
        workflows.create(states({"Bad": task(resource, {})}))


def test_unknown_and_missing_arguments_are_refused(workflows: Workflows) -> None:
    bad = states({"Bad": task("aws-sdk:sagemaker:describeEndpoint", {"endpointName": "camel"})})

    with pytest.raises(ClientError) as refused:
        workflows.create(bad)

    assert 'The field "endpointName" is not supported by Step Functions' in str(refused.value)
    assert 'The field "EndpointName" is required but was missing' in str(refused.value)
