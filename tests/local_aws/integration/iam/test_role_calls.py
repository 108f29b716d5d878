"""Calls of roles to every service are allowed and refused as AWS does it."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.core.instance import Instance
from local_aws.services import iam
from local_aws.services.iam.questions import answer
from tests.local_aws.integration.iam.conftest import (
    ActAs,
    MakeRole,
    Statement,
    allow,
    deny,
    document,
    refused,
)

SAGEMAKER = "arn:aws:sagemaker:us-east-1:123456789012"


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "code", "status", "action"),
    [
        (
            "sagemaker",
            "describe_endpoint",
            {"EndpointName": "E"},
            "AccessDeniedException",
            400,
            f"sagemaker:DescribeEndpoint on resource: {SAGEMAKER}:endpoint/e ",
        ),
        (
            "sagemaker-runtime",
            "invoke_endpoint",
            {"EndpointName": "E", "Body": b"1"},
            "AccessDeniedException",
            403,
            "sagemaker:InvokeEndpoint on",
        ),
        (
            "stepfunctions",
            "list_state_machines",
            {},
            "AccessDeniedException",
            400,
            "states:ListStateMachines on resource: * ",
        ),
        ("lambda", "invoke", {"FunctionName": "f"}, "AccessDeniedException", 403, "lambda:InvokeFunction on"),
        (
            "sns",
            "publish",
            {"TopicArn": "arn:aws:sns:us-east-1:123456789012:t", "Message": "m"},
            "AuthorizationError",
            403,
            "sns:Publish on",
        ),
        (
            "sqs",
            "send_message",
            {"QueueUrl": "http://x/123456789012/q", "MessageBody": "m"},
            "AccessDenied",
            403,
            "sqs:SendMessage on",
        ),
        ("ssm", "get_parameter", {"Name": "/p"}, "AccessDeniedException", 400, "ssm:GetParameter on"),
        ("logs", "describe_log_groups", {}, "AccessDeniedException", 400, "logs:DescribeLogGroups on"),
        ("events", "describe_rule", {"Name": "r"}, "AccessDeniedException", 400, "events:DescribeRule on"),
        (
            "cloudwatch",
            "put_metric_data",
            {"Namespace": "N", "MetricData": [{"MetricName": "m", "Value": 1}]},
            "AccessDenied",
            403,
            "cloudwatch:PutMetricData on resource: * ",
        ),
        (
            "xray",
            "put_trace_segments",
            {"TraceSegmentDocuments": ["{}"]},
            "AccessDeniedException",
            403,
            "xray:PutTraceSegments on",
        ),
        ("kms", "list_keys", {}, "AccessDeniedException", 400, "kms:ListKeys on"),
        (
            "iam",
            "get_role",
            {"RoleName": "r"},
            "AccessDenied",
            403,
            "iam:GetRole on resource: arn:aws:iam::123456789012:role/r ",
        ),
        (
            "cloudformation",
            "describe_stacks",
            {"StackName": "s"},
            "AccessDenied",
            403,
            "cloudformation:DescribeStacks on",
        ),
    ],
)
def test_each_service_refuses_in_its_own_way(
    act_as: ActAs, service: str, operation: str, parameters: Any, code: str, status: int, action: str
) -> None:
    found = refused(act_as(service), operation, **parameters)

    assert found[:2] == (code, status)
    assert f"is not authorized to perform: {action}" in found[2]


def test_everybody_may_ask_who_he_is(act_as: ActAs) -> None:
    identity = act_as("sts", deny("*")).get_caller_identity()

    assert ":assumed-role/role-" in identity["Arn"]


def test_the_administrator_and_other_keys_may_do_everything(instance: Instance) -> None:
    assert "Roles" in instance.client("iam").list_roles()


def test_a_job_needs_the_right_to_pass_its_role_and_to_tag(act_as: ActAs, make_role: MakeRole) -> None:
    passed = make_role()
    job = {
        "TrainingJobName": "training-1",
        "AlgorithmSpecification": {"TrainingImage": "i", "TrainingInputMode": "File"},
        "RoleArn": passed,
        "OutputDataConfig": {"S3OutputPath": "s3://b/o"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    }
    tags = [{"Key": "run", "Value": "1"}]
    create = allow("sagemaker:CreateTrainingJob", "arn:aws:sagemaker:*:*:training-job/training-*")

    def passing(service: str) -> Statement:
        condition = {"StringEquals": {"iam:PassedToService": service}}
        return allow("iam:PassRole", passed, Condition=condition)

    only_create = act_as("sagemaker", create)
    wrong_service = act_as("sagemaker", create, passing("states.amazonaws.com"))
    right = act_as("sagemaker", create, passing("sagemaker.amazonaws.com"))
    for client in (only_create, wrong_service):
        assert f"iam:PassRole on resource: {passed} " in refused(client, "create_training_job", **job)[2]
    assert "sagemaker:AddTags" in refused(right, "create_training_job", **job, Tags=tags)[2]
    assert right.create_training_job(**job)["TrainingJobArn"].endswith("training-job/training-1")


def test_a_boundary_limits_what_policies_allow(instance: Instance, act_as: ActAs, bucket: str) -> None:
    boundary = instance.client("iam").create_policy(
        PolicyName=f"boundary-{bucket}", PolicyDocument=document(allow("s3:GetObject"))
    )["Policy"]["Arn"]
    s3 = act_as("s3", allow("s3:*"), PermissionsBoundary=boundary)

    assert s3.get_object(Bucket=bucket, Key="runs/1")
    message = refused(s3, "put_object", Bucket=bucket, Key="x", Body=b"")[2]
    assert message.endswith("because no permissions boundary allows the s3:PutObject action")


def test_managed_policies_count_by_their_default_version(
    instance: Instance, make_role: MakeRole, bucket: str
) -> None:
    admin, role = instance.client("iam"), make_role()
    policy = admin.create_policy(
        PolicyName=f"managed-{bucket}", PolicyDocument=document(allow("s3:GetObject"))
    )
    arn = policy["Policy"]["Arn"]
    admin.attach_role_policy(RoleName=role.split("/")[-1], PolicyArn=arn)
    s3 = instance.client("s3", instance.assume(role, "session"))
    assert s3.get_object(Bucket=bucket, Key="runs/1")

    admin.create_policy_version(
        PolicyArn=arn, PolicyDocument=document(allow("s3:PutObject")), SetAsDefault=True
    )

    assert refused(s3, "get_object", Bucket=bucket, Key="runs/1")[0] == "AccessDenied"


def test_a_condition_that_is_not_known_fails_closed_and_says_so(act_as: ActAs, bucket: str) -> None:
    s3 = act_as("s3", allow("s3:*", Condition={"StringEquals": {"aws:SourceVpce": "vpce-1"}}))

    message = refused(s3, "get_object", Bucket=bucket, Key="runs/1")[2]

    assert "the condition key aws:SourceVpce is not known to the embedded AWS" in message


def test_a_deleted_role_may_do_nothing(instance: Instance, make_role: MakeRole) -> None:
    role = make_role(allow("s3:*"))
    s3, name = instance.client("s3", instance.assume(role, "session")), role.split("/")[-1]
    instance.client("iam").delete_role_policy(RoleName=name, PolicyName="own")
    instance.client("iam").delete_role(RoleName=name)

    assert refused(s3, "list_buckets")[0] == "AccessDenied"


def test_every_decision_is_recorded_with_what_it_rests_on(
    instance: Instance, make_role: MakeRole, bucket: str
) -> None:
    reads = allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*", Sid="Read")
    role = make_role(reads, allow("s3:PutObject", Sid="Unused"))
    s3, name = instance.client("s3", instance.assume(role, "session")), role.split("/")[-1]

    with iam.recording() as recorded:
        s3.get_object(Bucket=bucket, Key="runs/1")
        refused(s3, "delete_object", Bucket=bucket, Key="runs/1")
    s3.get_object(Bucket=bucket, Key="Inputs/1")

    read, deletion = recorded
    assert read.judgement.statement is not None
    assert (read.question.role, read.judgement.statement.sid) == (name, "Read")
    assert read.question.request.resource == f"arn:aws:s3:::{bucket}/runs/1"
    assert not deletion.judgement.allowed
    assert answer(deletion.question, iam.statements_of_role(role)) == deletion.judgement
    assert answer(read.question, []).reason.startswith("because no identity-based policy allows")
    assert iam.denials() == [iam.Denial(name, "s3:DeleteObject", f"arn:aws:s3:::{bucket}/runs/1")]
    iam.clear_records()
    assert iam.denials() == []


def test_services_ask_for_a_role_without_a_call(make_role: MakeRole) -> None:
    role = make_role(allow("logs:PutLogEvents", "arn:aws:logs:*:*:log-group:/g:*"))
    stream = "arn:aws:logs:us-east-1:123456789012:log-group:{}:log-stream:s"

    assert iam.allowed(role, "logs:PutLogEvents", stream.format("/g"))
    assert not iam.allowed(role, "logs:PutLogEvents", stream.format("/h"))


def test_a_role_trusts_a_service_only_for_whom_its_conditions_name(
    instance: Instance, make_role: MakeRole
) -> None:
    role, mine = make_role(), "arn:aws:states:us-east-1:123456789012:stateMachine:mine"
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "states.amazonaws.com"},
        "Condition": {
            "StringEquals": {"aws:SourceAccount": "123456789012"},
            "ArnEquals": {"aws:SourceArn": mine},
        },
    }
    instance.client("iam").update_assume_role_policy(
        RoleName=role.split("/")[-1], PolicyDocument=document(trust)
    )

    assert iam.trusts(role, "states.amazonaws.com", iam.Source(mine))
    for source in (mine.replace("mine", "yours"), mine.replace("123456789012", "210987654321")):
        assert not iam.trusts(role, "states.amazonaws.com", iam.Source(source))
    assert not iam.trusts(role, "lambda.amazonaws.com", iam.Source(mine))
    # A service that does not say for whom it acts meets no such condition.
    assert not iam.trusts(role, "states.amazonaws.com")
    assert not iam.trusts("arn:aws:iam::123456789012:role/none", "states.amazonaws.com", iam.Source(mine))
    with pytest.raises(iam.RoleNotAssumable, match=r"does not let states\.amazonaws\.com assume it\.$"):
        iam.assume(instance, role, "session", "states.amazonaws.com")
