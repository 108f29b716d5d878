"""What IAM is asked for each API call."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from local_aws.services.iam.actions.checks import Check, checks_of
from local_aws.services.iam.actions.tables import RESOURCES
from local_aws.services.iam.calls import Call

PREFIX = "arn:aws:{}:us-east-1:123456789012:"
ROLE = "arn:aws:iam::123456789012:role/job"


def asked(service: str, operation: str, **parameters: Any) -> list[tuple[str, str]]:
    return [(check.action, check.resource) for check in checks(service, operation, **parameters)]


def checks(service: str, operation: str, **parameters: Any) -> list[Check]:
    return checks_of(Call(service, operation, parameters, "us-east-1", "123456789012", "json"))


OBJECT = {"Bucket": "b", "Key": "k"}


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [
        ("HeadObject", OBJECT, [("s3:GetObject", "b/k")]),
        ("GetObject", {**OBJECT, "VersionId": "1"}, [("s3:GetObjectVersion", "b/k")]),
        ("DeleteObject", {**OBJECT, "VersionId": "1"}, [("s3:DeleteObjectVersion", "b/k")]),
        ("ListObjectsV2", {"Bucket": "b"}, [("s3:ListBucket", "b")]),
        ("ListObjectVersions", {"Bucket": "b"}, [("s3:ListBucketVersions", "b")]),
        ("HeadBucket", {"Bucket": "b"}, [("s3:ListBucket", "b")]),
        ("UploadPart", OBJECT, [("s3:PutObject", "b/k")]),
        ("CompleteMultipartUpload", OBJECT, [("s3:PutObject", "b/k")]),
        ("AbortMultipartUpload", OBJECT, [("s3:AbortMultipartUpload", "b/k")]),
        ("ListParts", OBJECT, [("s3:ListMultipartUploadParts", "b/k")]),
        (
            "PutObject",
            {**OBJECT, "Tagging": "a=b"},
            [("s3:PutObject", "b/k"), ("s3:PutObjectTagging", "b/k")],
        ),
        (
            "CopyObject",
            {**OBJECT, "CopySource": "a/x%20y"},
            [("s3:PutObject", "b/k"), ("s3:GetObject", "a/x y")],
        ),
        (
            "UploadPartCopy",
            {**OBJECT, "CopySource": "/a/x?versionId=7"},
            [("s3:PutObject", "b/k"), ("s3:GetObjectVersion", "a/x")],
        ),
        (
            "DeleteObjects",
            {"Bucket": "b", "Delete": {"Objects": [{"Key": "x"}, {"Key": "y", "VersionId": "1"}]}},
            [("s3:DeleteObject", "b/x"), ("s3:DeleteObjectVersion", "b/y")],
        ),
        ("PutBucketNotificationConfiguration", {"Bucket": "b"}, [("s3:PutBucketNotification", "b")]),
    ],
)
def test_s3_calls_need_the_actions_that_iam_knows(
    operation: str, parameters: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert asked("s3", operation, **parameters) == [
        (action, f"arn:aws:s3:::{arn}") for action, arn in expected
    ]


def test_listing_all_buckets_is_asked_on_everything() -> None:
    assert asked("s3", "ListBuckets") == [("s3:ListAllMyBuckets", "*")]


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        ("sagemaker", "DescribeEndpoint", {"EndpointName": "Big"}, ["DescribeEndpoint endpoint/big"]),
        (
            "sagemaker",
            "CreateEndpoint",
            {"EndpointName": "E", "EndpointConfigName": "C"},
            ["CreateEndpoint endpoint/e", "CreateEndpoint endpoint-config/c"],
        ),
        (
            "sagemaker",
            "ListTrainingJobsForHyperParameterTuningJob",
            {"HyperParameterTuningJobName": "T"},
            ["ListTrainingJobsForHyperParameterTuningJob hyper-parameter-tuning-job/t"],
        ),
        (
            "sagemaker",
            "UpdateEndpoint",
            {"EndpointName": "E", "EndpointConfigName": "C"},
            ["UpdateEndpoint endpoint/e", "UpdateEndpoint endpoint-config/c"],
        ),
        (
            "sagemaker",
            "CreateModelPackage",
            {"ModelPackageGroupName": "G"},
            ["CreateModelPackage model-package/g/*", "CreateModelPackage model-package-group/g"],
        ),
        (
            "sagemaker",
            "CreateModelPackage",
            {"ModelPackageGroupName": PREFIX.format("sagemaker") + "model-package-group/g"},
            ["CreateModelPackage model-package/g/*", "CreateModelPackage model-package-group/g"],
        ),
        (
            "sagemaker",
            "UpdateModelPackage",
            {"ModelPackageArn": PREFIX.format("sagemaker") + "model-package/g/1"},
            ["UpdateModelPackage model-package/g/1"],
        ),
        (
            "sagemaker",
            "DescribeModelPackage",
            {"ModelPackageName": "g/1"},
            ["DescribeModelPackage model-package/g/1"],
        ),
        (
            "sagemaker",
            "CreateModelPackageGroup",
            {"ModelPackageGroupName": "G", "Tags": [{"Key": "a", "Value": "b"}]},
            ["CreateModelPackageGroup model-package-group/g", "AddTags model-package-group/g"],
        ),
        (
            "cloudwatch",
            "DescribeAlarms",
            {"AlarmNames": ["a", "b"]},
            ["DescribeAlarms alarm:a", "DescribeAlarms alarm:b"],
        ),
        ("cloudwatch", "DescribeAlarms", {}, ["DescribeAlarms alarm:*"]),
        ("lambda", "Invoke", {"FunctionName": "f"}, ["InvokeFunction function:f"]),
        ("lambda", "Invoke", {"FunctionName": "123456789012:function:f"}, ["InvokeFunction function:f"]),
        ("lambda", "Invoke", {"FunctionName": "f", "Qualifier": "7"}, ["InvokeFunction function:f:7"]),
        ("lambda", "Invoke", {"FunctionName": "f:7"}, ["InvokeFunction function:f:7"]),
        (
            "lambda",
            "DeleteFunction",
            {"FunctionName": "f", "Qualifier": "7"},
            ["DeleteFunction function:f:7"],
        ),
        ("lambda", "ListVersionsByFunction", {"FunctionName": "f"}, ["ListVersionsByFunction function:f"]),
        ("sqs", "SendMessageBatch", {"QueueUrl": "http://h/123456789012/q"}, ["SendMessage q"]),
        ("ssm", "GetParameter", {"Name": "/a/b"}, ["GetParameter parameter/a/b"]),
        (
            "ssm",
            "GetParameters",
            {"Names": ["a", "b"]},
            ["GetParameters parameter/a", "GetParameters parameter/b"],
        ),
        (
            "logs",
            "PutLogEvents",
            {"logGroupName": "/g", "logStreamName": "s"},
            ["PutLogEvents log-group:/g:log-stream:s"],
        ),
        ("logs", "CreateLogGroup", {"logGroupName": "/g"}, ["CreateLogGroup log-group:/g:log-stream:"]),
        (
            "events",
            "PutEvents",
            {"Entries": [{}, {"EventBusName": "b"}]},
            ["PutEvents event-bus/b", "PutEvents event-bus/default"],
        ),
        ("kms", "Decrypt", {"KeyId": "k"}, ["Decrypt key/k"]),
        ("states", "CreateStateMachine", {"name": "m"}, ["CreateStateMachine stateMachine:m"]),
    ],
)
def test_a_call_is_asked_on_the_resources_that_it_names(
    service: str, operation: str, parameters: dict[str, Any], expected: list[str]
) -> None:
    pairs = [entry.split(" ", 1) for entry in expected]

    assert asked(service, operation, **parameters) == [
        (f"{service}:{action}", PREFIX.format(service) + rest) for action, rest in pairs
    ]


def test_a_parameter_that_is_an_arn_is_the_resource() -> None:
    arn = PREFIX.format("states") + "execution:m:1"

    assert asked("states", "DescribeExecution", executionArn=arn) == [("states:DescribeExecution", arn)]
    assert asked("sns", "Publish", TopicArn="arn:aws:sns:eu-west-1:1:t") == [
        ("sns:Publish", "arn:aws:sns:eu-west-1:1:t")
    ]


@pytest.mark.parametrize(
    ("field", "kind"), [("stateMachineArn", "stateMachine:m"), ("mapRunArn", "mapRun:m/l:1")]
)
def test_executions_are_listed_of_a_state_machine_or_of_a_map_run(field: str, kind: str) -> None:
    arn = PREFIX.format("states") + kind

    assert asked("states", "ListExecutions", **{field: arn}) == [("states:ListExecutions", arn)]


def test_an_operation_that_is_not_listed_is_asked_on_everything() -> None:
    assert asked("xray", "PutTraceSegments") == [("xray:PutTraceSegments", "*")]
    assert asked("sagemaker", "ListTrainingJobs") == [("sagemaker:ListTrainingJobs", "*")]


def test_creating_with_a_role_and_tags_needs_both_permissions() -> None:
    found = checks(
        "sagemaker",
        "CreateTrainingJob",
        TrainingJobName="t",
        RoleArn=ROLE,
        Tags=[{"Key": "run", "Value": "1"}],
    )

    job = PREFIX.format("sagemaker") + "training-job/t"
    assert [(check.action, check.resource) for check in found] == [
        ("sagemaker:CreateTrainingJob", job),
        ("sagemaker:AddTags", job),
        ("iam:PassRole", ROLE),
    ]
    assert found[-1].context == {"iam:passedtoservice": "sagemaker.amazonaws.com"}


def test_a_tuning_job_is_passed_the_role_of_its_training_jobs() -> None:
    found = checks(
        "sagemaker",
        "CreateHyperParameterTuningJob",
        HyperParameterTuningJobName="T",
        TrainingJobDefinition={"RoleArn": ROLE},
    )

    assert [(check.action, check.resource) for check in found] == [
        (
            "sagemaker:CreateHyperParameterTuningJob",
            PREFIX.format("sagemaker") + "hyper-parameter-tuning-job/t",
        ),
        ("iam:PassRole", ROLE),
    ]


def test_metrics_carry_their_namespace() -> None:
    assert checks("cloudwatch", "PutMetricData", Namespace="N")[0].context == {"cloudwatch:namespace": "N"}


def test_an_approval_and_a_life_cycle_are_told() -> None:
    stage = {"Stage": "Production", "StageStatus": "Deployed"}
    arn = PREFIX.format("sagemaker") + "model-package/g/1"

    [approval] = checks(
        "sagemaker", "UpdateModelPackage", ModelPackageArn=arn, ModelApprovalStatus="Approved"
    )
    [moved] = checks("sagemaker", "UpdateModelPackage", ModelPackageArn=arn, ModelLifeCycle=stage)

    assert approval.context == {"sagemaker:modelapprovalstatus": "Approved"}
    assert moved.context == {
        "sagemaker:modellifecycle:stage": "Production",
        "sagemaker:modellifecycle:stagestatus": "Deployed",
    }


# IAM's prefix -> the service's name in boto3, where the two differ.
BOTO3_NAMES = {"states": "stepfunctions"}


# SageMaker's entries are verbs times kinds, some of which do not exist; nobody can call those.
@pytest.mark.parametrize("service", sorted(set(RESOURCES) - {"sagemaker"}))
def test_every_listed_operation_exists_in_the_service_model(service: str) -> None:
    name = BOTO3_NAMES.get(service, service)
    client = boto3.Session(region_name="us-east-1").client(name)  # type: ignore[call-overload]

    assert set(RESOURCES[service]) <= set(client.meta.service_model.operation_names)
