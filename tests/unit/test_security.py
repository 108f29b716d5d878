"""What the deployed template protects, without parameters and with every parameter of its group Security."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from moto.cloudformation.exceptions import ValidationError

from bakeoff.report.run_metrics import leaked_resources, undelivered_notifications
from local_aws.services.iam.evaluation import Request, Verdict, decide, statements_of
from tests.documented import OPERATIONS, key_policy
from tests.template import TEMPLATE, Deployment, deployment

KEY = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-1234-1234-1234-0123456789ab"
BOUNDARY = "arn:aws:iam::123456789012:policy/teams/bounds"
PLAIN = deployment()
PROTECTED = deployment(
    KmsKeyArn=KEY,
    SubnetIds="subnet-1,subnet-2",
    SecurityGroupIds="sg-1",
    NetworkIsolation="true",
    InterContainerEncryption="true",
    AccessLogBucket="logs-of-buckets",
    FunctionSubnetIds="subnet-3,subnet-4",
    FunctionSecurityGroupIds="sg-2",
    PermissionsBoundaryArn=BOUNDARY,
    RolePath="/applications/",
    DataRetention="Delete",
)
BOTH = pytest.mark.parametrize("stack", [PLAIN, PROTECTED], ids=["plain", "protected"])


def policy_of(stack: Deployment, name: str) -> Any:
    return stack.resources[name]["Properties"]["PolicyDocument"]


def verdict_on(policy: Any, action: str, resource: str, principal: str, **context: str) -> Verdict:
    known = {key.replace("__", ":").lower(): value for key, value in context.items()}
    return decide(statements_of("policy", policy), Request(action, resource, known, (principal,))).verdict


def statements(stack: Deployment, role: str) -> Iterator[dict[str, Any]]:
    """The Allow statements of a role, wherever they stand."""
    documents = [
        each["PolicyDocument"] for each in stack.resources[role]["Properties"].get("Policies", [])
    ] + [each["PolicyDocument"] for each in stack.of("AWS::IAM::Policy").values() if role in each["Roles"]]
    for document in documents:
        yield from document["Statement"]


def roles_of(stack: Deployment) -> list[dict[str, Any]]:
    return list(stack.of("AWS::IAM::Role").values())


def actions(stack: Deployment, role: str) -> set[str]:
    return {
        action
        for each in statements(stack, role)
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
    }


# ------------------------------------------------------------------ the bucket
@BOTH
def test_the_bucket_is_versioned_and_private(stack: Deployment) -> None:
    bucket = stack.of("AWS::S3::Bucket")["DataBucket"]

    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_the_bucket_s_encryption_follows_the_key() -> None:
    [plain] = PLAIN.of("AWS::S3::Bucket")["DataBucket"]["BucketEncryption"][
        "ServerSideEncryptionConfiguration"
    ]
    [own] = PROTECTED.of("AWS::S3::Bucket")["DataBucket"]["BucketEncryption"][
        "ServerSideEncryptionConfiguration"
    ]

    assert plain == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    assert own == {
        "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY},
        "BucketKeyEnabled": True,
    }


@BOTH
@pytest.mark.parametrize(
    ("tls", "version", "denied"),
    [("false", "", True), ("true", "1.0", True), ("true", "1.1", True), ("true", "1.2", False)],
)
def test_the_bucket_takes_modern_tls_only(stack: Deployment, tls: str, version: str, denied: bool) -> None:
    context = {"aws__SecureTransport": tls, **({"s3__TlsVersion": version} if version else {})}
    policy = policy_of(stack, "DataBucketPolicy")

    for action, resource in (("s3:GetObject", "DataBucket.Arn/runs/1"), ("s3:ListBucket", "DataBucket.Arn")):
        verdict = verdict_on(policy, action, resource, "anyone", **context)
        assert (verdict is Verdict.EXPLICITLY_DENIED) == denied


def test_old_versions_expire() -> None:
    rules = deployment(NoncurrentVersionDays="7").of("AWS::S3::Bucket")["DataBucket"][
        "LifecycleConfiguration"
    ]["Rules"]

    assert {"NoncurrentDays": "7"} in [rule.get("NoncurrentVersionExpiration") for rule in rules]
    assert not [rule for rule in rules if "ExpirationInDays" in rule], "nothing current may expire by default"


def test_access_is_logged_where_a_bucket_is_given() -> None:
    assert "LoggingConfiguration" not in PLAIN.of("AWS::S3::Bucket")["DataBucket"]
    assert PROTECTED.of("AWS::S3::Bucket")["DataBucket"]["LoggingConfiguration"] == {
        "DestinationBucketName": "logs-of-buckets",
        "LogFilePrefix": "bakeoff/",
    }


# ------------------------------------------------------------------ logs, traces, messages
@BOTH
def test_everything_is_traced_and_logs_to_a_group_of_the_stack(stack: Deployment) -> None:
    groups = stack.of("AWS::Logs::LogGroup")

    for name, function in stack.of("AWS::Lambda::Function").items():
        assert function["TracingConfig"] == {"Mode": "Active"}, name
        assert groups[function["LoggingConfig"]["LogGroup"]]["RetentionInDays"] == "30"
    [machine] = stack.of("AWS::StepFunctions::StateMachine").values()
    assert machine["TracingConfiguration"] == {"Enabled": True}


@pytest.mark.parametrize(
    ("kind", "member"),
    [
        ("AWS::Logs::LogGroup", "KmsKeyId"),
        ("AWS::SNS::Topic", "KmsMasterKeyId"),
        ("AWS::SQS::Queue", "KmsMasterKeyId"),
    ],
)
def test_the_key_encrypts_logs_and_messages(kind: str, member: str) -> None:
    assert PLAIN.of(kind) and not [name for name, each in PLAIN.of(kind).items() if member in each]
    assert {each[member] for each in PROTECTED.of(kind).values()} == {KEY}


def test_the_key_encrypts_the_workflow_and_its_executions() -> None:
    [plain] = PLAIN.of("AWS::StepFunctions::StateMachine").values()
    [own] = PROTECTED.of("AWS::StepFunctions::StateMachine").values()

    assert "EncryptionConfiguration" not in plain
    assert (own["EncryptionConfiguration"]["Type"], own["EncryptionConfiguration"]["KmsKeyId"]) == (
        "CUSTOMER_MANAGED_KMS_KEY",
        KEY,
    )


def test_the_key_encrypts_what_functions_are_told() -> None:
    kind = "AWS::Lambda::Function"

    assert not [name for name, each in PLAIN.of(kind).items() if "KmsKeyArn" in each]
    assert {each["KmsKeyArn"] for each in PROTECTED.of(kind).values()} == {KEY}


def test_without_a_key_sqs_encrypts_by_itself() -> None:
    assert PLAIN.of("AWS::SQS::Queue")["FailedStarts"]["SqsManagedSseEnabled"] is True
    assert "SqsManagedSseEnabled" not in PROTECTED.of("AWS::SQS::Queue")["FailedStarts"]


@BOTH
@pytest.mark.parametrize(
    ("policy", "action", "resource"),
    [
        ("RunTopicPolicy", "sns:Publish", "RunTopic"),
        ("FailedStartsPolicy", "sqs:SendMessage", "FailedStarts.Arn"),
        ("FailedStartsPolicy", "sqs:ReceiveMessage", "FailedStarts.Arn"),
    ],
)
def test_messages_travel_by_tls_only(stack: Deployment, policy: str, action: str, resource: str) -> None:
    document = policy_of(stack, policy)

    plain = verdict_on(document, action, resource, "anyone", aws__SecureTransport="false")
    encrypted = verdict_on(document, action, resource, "anyone", aws__SecureTransport="true")
    assert (plain, encrypted) == (Verdict.EXPLICITLY_DENIED, Verdict.IMPLICITLY_DENIED)


@BOTH
def test_an_upload_that_starts_no_run_is_kept_for_fourteen_days(stack: Deployment) -> None:
    [config] = stack.of("AWS::Lambda::EventInvokeConfig").values()

    assert config["FunctionName"] == "StartRunFunction"
    assert config["DestinationConfig"] == {"OnFailure": {"Destination": "FailedStarts.Arn"}}
    assert stack.of("AWS::SQS::Queue")["FailedStarts"]["MessageRetentionPeriod"] == 14 * 86_400
    [sending] = [each for each in statements(stack, "StartRunFunctionRole") if "sqs" in str(each["Action"])]
    assert (sending["Action"], sending["Resource"]) == ("sqs:SendMessage", "FailedStarts.Arn")


# ------------------------------------------------------------------ alarms
@BOTH
def test_every_alarm_reaches_the_topic_and_is_quiet_without_data(stack: Deployment) -> None:
    for alarm in stack.of("AWS::CloudWatch::Alarm").values():
        assert alarm["AlarmActions"] == ["RunTopic"] and alarm["AlarmDescription"]
        assert alarm["TreatMissingData"] == "notBreaching"
        assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)


def test_alarms_watch_failed_runs_leaks_lost_uploads_and_untold_results() -> None:
    alarms = PLAIN.of("AWS::CloudWatch::Alarm").values()
    watched = {
        (
            each["Namespace"],
            each["MetricName"],
            *((part["Name"], part["Value"]) for part in each["Dimensions"]),
        )
        for each in alarms
    }
    ours = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"]

    assert watched == {
        ("AWS/States", "ExecutionsFailed", ("StateMachineArn", "Comparison")),
        ("AWS/States", "ExecutionsTimedOut", ("StateMachineArn", "Comparison")),
        ("AWS/States", "ExecutionsAborted", ("StateMachineArn", "Comparison")),
        (ours, leaked_resources([]).name, ("service", "bakeoff")),
        (ours, undelivered_notifications(0).name, ("service", "bakeoff")),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible", ("QueueName", "FailedStarts.QueueName")),
    }


@pytest.mark.parametrize(
    ("account", "alarm", "verdict"),
    [
        ("123456789012", "bakeoff-RunsFailed-ABC", Verdict.ALLOWED),
        ("123456789012", "other-RunsFailed-ABC", Verdict.IMPLICITLY_DENIED),
        ("999999999999", "bakeoff-RunsFailed-ABC", Verdict.IMPLICITLY_DENIED),
    ],
)
def test_only_the_stack_s_alarms_may_publish(account: str, alarm: str, verdict: Verdict) -> None:
    context = {
        "aws__SecureTransport": "true",
        "aws__SourceAccount": account,
        "aws__SourceArn": f"arn:aws:cloudwatch:us-east-1:{account}:alarm:{alarm}",
    }
    policy = policy_of(PLAIN, "RunTopicPolicy")

    assert verdict_on(policy, "sns:Publish", "RunTopic", "cloudwatch.amazonaws.com", **context) is verdict


# ------------------------------------------------------------------ functions in a VPC
def managed_by(stack: Deployment) -> set[tuple[str, ...]]:
    """The names of AWS's policies, of each function's role."""
    roles = [each for name, each in stack.of("AWS::IAM::Role").items() if name.endswith("FunctionRole")]
    return {tuple(arn.rsplit("/", 1)[-1] for arn in role["ManagedPolicyArns"]) for role in roles}


def test_functions_join_the_given_network_and_only_then_may_make_interfaces() -> None:
    kind = "AWS::Lambda::Function"
    network = {"SubnetIds": ["subnet-3", "subnet-4"], "SecurityGroupIds": ["sg-2"]}

    assert not [name for name, each in PLAIN.of(kind).items() if "VpcConfig" in each]
    assert managed_by(PLAIN) == {("AWSLambdaBasicExecutionRole", "AWSXRayDaemonWriteAccess")}
    assert [each["VpcConfig"] for each in PROTECTED.of(kind).values()] == len(PROTECTED.of(kind)) * [network]
    assert managed_by(PROTECTED) == {("AWSLambdaVPCAccessExecutionRole", "AWSXRayDaemonWriteAccess")}


@pytest.mark.parametrize(
    ("subnets", "groups", "complaint"),
    [
        ("subnet-1", "", "FunctionSubnetIds is given, so give FunctionSecurityGroupIds as well"),
        ("", "sg-1", "FunctionSecurityGroupIds is given, so give FunctionSubnetIds as well"),
        ("subnet-1,", "sg-1", "FunctionSubnetIds has an empty item"),
    ],
)
def test_a_function_s_network_is_given_whole(subnets: str, groups: str, complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        deployment(FunctionSubnetIds=subnets, FunctionSecurityGroupIds=groups)


# ------------------------------------------------------------------ roles
def test_every_role_has_the_boundary_and_the_path() -> None:
    assert {(role.get("Path"), role.get("PermissionsBoundary")) for role in roles_of(PLAIN)} == {(None, None)}
    assert {(role["Path"], role["PermissionsBoundary"]) for role in roles_of(PROTECTED)} == {
        ("/applications/", BOUNDARY)
    }


@pytest.mark.parametrize("path", ["applications", "/applications", "//", "/a b/", ""])
def test_a_path_begins_and_ends_with_a_slash(path: str) -> None:
    with pytest.raises(ValidationError, match="must begin and end with a slash"):
        deployment(RolePath=path)


def test_a_boundary_is_a_managed_policy() -> None:
    with pytest.raises(ValidationError, match="must be the ARN of a managed policy"):
        deployment(PermissionsBoundaryArn="arn:aws:iam::123456789012:role/mine")


# ------------------------------------------------------------------ who may use the key and the network
READS = {"s3:GetObject", "s3:GetObjectVersion"}
ROLES = [name for name, each in PROTECTED.resources.items() if each["Type"] == "AWS::IAM::Role"]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_use_the_key_exactly_for_what_it_touches(role: str) -> None:
    others = actions(deployment(DataRetention="Delete"), role)
    assert not [action for action in others if action.startswith(("kms:", "ec2:"))]
    sends = bool(others & {"sns:Publish", "sqs:SendMessage"})
    runs = role == "ComparisonRole"
    hosts = "sagemaker:CreateEndpoint" in others
    expected = {
        "kms:Decrypt": bool(others & READS) or sends or runs,
        "kms:GenerateDataKey": "s3:PutObject" in others or sends or runs,
        "kms:Encrypt": role == "SageMakerRole",
        "kms:CreateGrant": role == "SageMakerRole" or hosts,
        "kms:DescribeKey": role == "SageMakerRole" or hosts,
    }

    used = {action for action in actions(PROTECTED, role) if action.startswith("kms:")}
    assert used == {action for action, needed in expected.items() if needed}


def test_the_key_is_used_only_where_it_is_meant() -> None:
    using = [
        each for role in ROLES for each in statements(PROTECTED, role) if "kms:" in json.dumps(each["Action"])
    ]

    assert using and {each["Resource"] for each in using} == {KEY}
    unconditional = [each["Sid"] for each in using if "Condition" not in each]
    assert set(unconditional) == {"EncryptOutput", "LookAtKey"}


def test_whoever_reads_what_runs_were_given_may_decrypt_it() -> None:
    """`Executions.known` reads it, and receipts histories; `is_running` needs metadata only, as does
    StartExecution no key at all.
    """
    policy = PROTECTED.resources["ReadEncryptedExecutions"]["Properties"]
    describing = {role for role in ROLES if "states:DescribeExecution" in actions(PROTECTED, role)}

    # The workflow's role describes its candidates, and may decrypt whatever its executions hold.
    assert describing == {"ComparisonRole", "TakeTurnFunctionRole", "SweepResourcesFunctionRole"}
    reading = {role for role in ROLES if "states:GetExecutionHistory" in actions(PROTECTED, role)}
    assert reading == {"PublishReportFunctionRole", "SweepResourcesFunctionRole"}
    assert set(policy["Roles"]) == {"TakeTurnFunctionRole", *reading}


@pytest.mark.parametrize("policy", ["EncryptExecutions", "ReadEncryptedExecutions"])
def test_the_key_is_for_the_executions_of_this_workflow(policy: str) -> None:
    machine = "arn:aws:states:us-east-1:123456789012:stateMachine:bakeoff"
    document = policy_of(PROTECTED, policy)

    for arn, verdict in ((machine, Verdict.ALLOWED), (f"{machine}-2", Verdict.IMPLICITLY_DENIED)):
        context = {"kms__EncryptionContext__aws__states__stateMachineArn": arn}
        assert verdict_on(document, "kms:Decrypt", KEY, "anyone", **context) is verdict


def test_the_workflow_encrypts_its_log_for_the_delivery() -> None:
    """Under the very text that AWS documents, the asterisk included."""
    [statement] = [
        each for each in statements(PROTECTED, "ComparisonRole") if each["Sid"] == "EncryptDeliveredLogs"
    ]

    assert statement["Action"] == "kms:GenerateDataKey"
    assert statement["Condition"] == {
        "StringEquals": {"kms:EncryptionContext:SourceArn": "arn:aws:logs:us-east-1:123456789012:*"}
    }


def test_jobs_may_join_a_network_as_sagemaker_s_guide_wants_it() -> None:
    """Its checks of a processing job's role fail for any resource or condition."""
    [joining] = policy_of(PROTECTED, "JoinNetwork")["Statement"]

    assert joining["Resource"] == "*" and "Condition" not in joining


@pytest.mark.parametrize("alias", ["alias/mine", "arn:aws:kms:us-east-1:123456789012:alias/mine", "1234"])
def test_the_key_is_given_by_its_arn(alias: str) -> None:
    with pytest.raises(ValidationError, match="must be the ARN of a key"):
        deployment(KmsKeyArn=alias)


# ------------------------------------------------------------------ what the documentation promises
def test_the_documented_key_policy_lets_alarms_notify() -> None:
    for action in ("kms:GenerateDataKey", "kms:Decrypt"):
        for account, verdict in (
            ("123456789012", Verdict.ALLOWED),
            ("999999999999", Verdict.IMPLICITLY_DENIED),
        ):
            assert (
                verdict_on(key_policy(), action, KEY, "cloudwatch.amazonaws.com", aws__SourceAccount=account)
                is verdict
            )


def test_the_documented_key_policy_lets_the_workflow_s_log_through() -> None:
    delivery = "delivery.logs.amazonaws.com"

    for account, verdict in (("123456789012", Verdict.ALLOWED), ("999999999999", Verdict.IMPLICITLY_DENIED)):
        context = {"kms__EncryptionContext__SourceArn": f"arn:aws:logs:us-east-1:{account}:*"}
        assert verdict_on(key_policy(), "kms:Decrypt", KEY, delivery, **context) is verdict


def test_every_security_parameter_is_documented() -> None:
    groups = TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    [names] = [group["Parameters"] for group in groups if group["Label"]["default"] == "Security"]

    assert not [name for name in names if f"`{name}`" not in OPERATIONS]
