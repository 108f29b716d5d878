"""docs/deployer-policy.json lets whoever has it deploy, update and delete the stack, and nothing beside it.

What CloudFormation asks for each resource type is AWS's to document (the handlers in its type's schema); the
calls that make, change, tag and remove what the template uses of it are listed here.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from local_aws.services.iam.evaluation import Request, Statement, decide, statements_of
from tests.template import PROJECT
from tests.transformed import as_list, transformed

TEXT = (PROJECT / "docs" / "deployer-policy.json").read_text("utf-8")
ACCOUNT, REGION, STACK = "123456789012", "us-east-1", "prices"
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
LONGEST_MANAGED_POLICY = 6144
ROLES = f"arn:aws:iam::{ACCOUNT}:role/{STACK}-PlanRunFunctionRole-1A2B"
ROLE_CALLS = (
    "CreateRole GetRole UpdateRole UpdateAssumeRolePolicy DeleteRole TagRole PutRolePolicy DeleteRolePolicy "
    "AttachRolePolicy DetachRolePolicy PutRolePermissionsBoundary DeleteRolePermissionsBoundary"
)


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


FUNCTION = arn("lambda", f"function:{STACK}-PlanRunFunction-1A2B")
BUCKET = f"arn:aws:s3:::{STACK}-databucket-1a2b"
TOPIC, QUEUE = arn("sns", f"{STACK}-RunTopic-1A2B"), arn("sqs", f"{STACK}-FailedStarts-1A2B")
# Type -> one resource of it, as CloudFormation or the template names it, and the calls for it.
NEEDED: dict[str, list[tuple[str, str, str]]] = {
    "AWS::CloudWatch::Alarm": [
        (
            "cloudwatch",
            arn("cloudwatch", f"alarm:{STACK}-RunsFailed-1A"),
            "PutMetricAlarm DeleteAlarms TagResource",
        )
    ],
    "AWS::CloudWatch::Dashboard": [
        (
            "cloudwatch",
            f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/{STACK}-{REGION}",
            "PutDashboard GetDashboard DeleteDashboards",
        )
    ],
    "AWS::Events::Rule": [
        (
            "events",
            arn("events", f"rule/{STACK}-SweepResourcesFunctionRegularly-1A2B"),
            "PutRule DescribeRule DeleteRule PutTargets RemoveTargets ListTargetsByRule TagResource",
        )
    ],
    "AWS::IAM::Policy": [("iam", ROLES, "PutRolePolicy GetRolePolicy DeleteRolePolicy")],
    "AWS::IAM::Role": [("iam", ROLES, ROLE_CALLS)],
    "AWS::Lambda::EventInvokeConfig": [
        (
            "lambda",
            FUNCTION,
            "PutFunctionEventInvokeConfig GetFunctionEventInvokeConfig UpdateFunctionEventInvokeConfig "
            "DeleteFunctionEventInvokeConfig",
        )
    ],
    "AWS::Lambda::Function": [
        (
            "lambda",
            FUNCTION,
            "CreateFunction GetFunction GetFunctionConfiguration UpdateFunctionCode "
            "UpdateFunctionConfiguration DeleteFunction TagResource UntagResource ListTags",
        )
    ],
    "AWS::Lambda::LayerVersion": [
        (
            "lambda",
            arn("lambda", f"layer:{STACK}-numerics"),
            "PublishLayerVersion",
        ),
        ("lambda", arn("lambda", f"layer:{STACK}-numerics:3"), "GetLayerVersion DeleteLayerVersion"),
    ],
    "AWS::Lambda::Permission": [("lambda", FUNCTION, "AddPermission RemovePermission GetPolicy")],
    "AWS::Logs::LogGroup": [
        (
            "logs",
            arn("logs", f"log-group:{name}"),
            "CreateLogGroup PutRetentionPolicy DeleteLogGroup TagResource",
        )
        for name in (f"{STACK}-PlanRunLogs-1A2B", f"/aws/vendedlogs/states/{STACK}")
    ],
    "AWS::S3::Bucket": [
        (
            "s3",
            BUCKET,
            "CreateBucket DeleteBucket PutBucketVersioning PutEncryptionConfiguration "
            "PutBucketPublicAccessBlock PutBucketOwnershipControls PutLifecycleConfiguration "
            "PutBucketLogging PutBucketNotification PutBucketTagging",
        )
    ],
    "AWS::S3::BucketPolicy": [("s3", BUCKET, "PutBucketPolicy GetBucketPolicy DeleteBucketPolicy")],
    "AWS::SNS::Subscription": [("sns", TOPIC, "Subscribe Unsubscribe ListSubscriptionsByTopic")],
    "AWS::SNS::Topic": [("sns", TOPIC, "CreateTopic DeleteTopic SetTopicAttributes TagResource")],
    "AWS::SNS::TopicPolicy": [("sns", TOPIC, "SetTopicAttributes GetTopicAttributes")],
    "AWS::SQS::Queue": [
        ("sqs", QUEUE, "CreateQueue DeleteQueue SetQueueAttributes GetQueueAttributes TagQueue")
    ],
    "AWS::SQS::QueuePolicy": [("sqs", QUEUE, "SetQueueAttributes")],
    "AWS::SSM::Parameter": [
        (
            "ssm",
            arn("ssm", "parameter/CFN-ResourcePrefix-1A2B"),
            "PutParameter GetParameters DeleteParameter AddTagsToResource",
        )
    ],
    "AWS::StepFunctions::StateMachine": [
        (
            "states",
            arn("states", f"stateMachine:{name}"),
            "CreateStateMachine UpdateStateMachine DescribeStateMachine DeleteStateMachine TagResource",
        )
        for name in (STACK, f"{STACK}-production")
    ],
    # CloudFormation calls its function in the deployer's name.
    "Custom::EmptyBucket": [("lambda", FUNCTION, "InvokeFunction")],
    "Custom::FunctionVersions": [("lambda", FUNCTION, "InvokeFunction")],
    "Custom::Production": [("lambda", FUNCTION, "InvokeFunction")],
}
STRANGERS = [
    ("s3:DeleteBucket", "arn:aws:s3:::other-databucket-1a2b"),
    ("s3:GetObject", f"{BUCKET}/Inputs/data.csv"),
    ("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/admin"),
    ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/{STACK}-mine"),
    ("lambda:UpdateFunctionCode", arn("lambda", "function:other-function")),
    ("cloudformation:DeleteStack", arn("cloudformation", "stack/other/1")),
    ("sagemaker:CreateTrainingJob", arn("sagemaker", "training-job/bakeoff-1a2b3c4d-x")),
]


def policy() -> list[Statement]:
    text = TEXT.replace("ACCOUNT", ACCOUNT).replace("REGION", REGION).replace("STACK", STACK)
    return list(statements_of("deployer", json.loads(text)))


def allows(action: str, resource: str, **context: str) -> bool:
    known = {name.replace("__", ":").lower(): value for name, value in context.items()}
    return decide(policy(), Request(action, resource, known, ())).allowed


@pytest.mark.parametrize("kind", sorted({each["Type"] for each in transformed().values()}))
def test_every_type_of_the_translated_template_can_be_made_changed_and_removed(kind: str) -> None:
    assert kind in NEEDED, (
        f"{kind} is new: look up which calls CloudFormation makes for it, list them here, and allow them in "
        "docs/deployer-policy.json"
    )
    refused = [
        f"{service}:{call} on {resource}"
        for service, resource, calls in NEEDED[kind]
        for call in calls.split()
        if not allows(f"{service}:{call}", resource)
    ]

    assert refused == []


def test_no_type_is_listed_that_the_template_lost() -> None:
    assert set(NEEDED) == {each["Type"] for each in transformed().values()}


@pytest.mark.parametrize(("action", "resource"), STRANGERS)
def test_what_is_not_the_stacks_is_left_alone(action: str, resource: str) -> None:
    assert not allows(action, resource)


@pytest.mark.parametrize(
    ("service", "passed"),
    [("lambda.amazonaws.com", True), ("states.amazonaws.com", True), ("ec2.amazonaws.com", False)],
)
def test_roles_are_passed_to_functions_and_workflow_only(service: str, passed: bool) -> None:
    assert allows("iam:PassRole", ROLES, iam__PassedToService=service) is passed


def test_sam_may_deploy_and_keep_its_artifacts() -> None:
    stack, transform = (
        arn("cloudformation", f"stack/{STACK}/1"),
        f"arn:aws:cloudformation:{REGION}:aws:transform/",
    )
    managed = arn("cloudformation", "stack/aws-sam-cli-managed-default/1")
    artifacts = "arn:aws:s3:::aws-sam-cli-managed-default-samclisourcebucket-1a2b"

    for call in ("CreateChangeSet", "ExecuteChangeSet", "DescribeChangeSet", "DescribeStacks", "DeleteStack"):
        assert allows(f"cloudformation:{call}", stack)
    for name in ("Serverless-2016-10-31", "LanguageExtensions"):
        assert allows("cloudformation:CreateChangeSet", transform + name)
    assert allows("cloudformation:DescribeStacks", managed)
    assert allows("s3:PutObject", f"{artifacts}/bakeoff/1") and allows(
        "s3:GetObject", f"{artifacts}/bakeoff/1"
    )


def test_it_fits_into_one_managed_policy_and_widens_nothing_silently() -> None:
    document: dict[str, Any] = json.loads(TEXT)
    wide = [
        action
        for statement in document["Statement"]
        if "*" in as_list(statement["Resource"])
        for action in as_list(statement["Action"])
    ]

    assert len("".join(TEXT.split())) <= LONGEST_MANAGED_POLICY
    # Lists know no resource; a template that is only looked at belongs to nobody.
    assert all(action.split(":")[1].startswith(("Describe", "Validate")) for action in wide)
