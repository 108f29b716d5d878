"""The unmodified template with a key, a network and isolation of one's own: nothing is in the clear.

That every statement for them is needed is tests/e2e/test_least_privilege.py's to show.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local_aws.core.instance import Instance
from local_aws.embedded import EmbeddedAws
from local_aws.services import iam
from tests.e2e.protection import ADDRESS, ROLE_PATH, Protection, lose_an_upload, protect
from tests.e2e.stack import Stack
from tests.template import TEMPLATE_PATH, deployment

NAME = "bakeoff-protected"


@dataclass(frozen=True)
class Protected:
    stack: Stack
    protection: Protection
    run: dict[str, Any]
    denials: list[Any]
    refused: dict[str, Any]
    lost: dict[str, Any]

    @property
    def instance(self) -> Instance:
        return self.stack.aws.instance

    @property
    def key(self) -> str:
        return self.protection.key


@pytest.fixture(scope="module")
def protected(embedded: EmbeddedAws, abalone: Path) -> Protected:
    protection = protect(embedded.instance)
    stack = Stack(
        embedded,
        embedded.deploy(TEMPLATE_PATH, NAME, {**protection.parameters, "Algorithms": "linear-learner"}),
    )
    iam.clear_records()
    run = stack.wait(stack.upload("Inputs/dataset1.csv", abalone.read_bytes()))
    refused = stack.start("refused", {"algorithms": ["unheard-of"]})
    lost = lose_an_upload(stack, NAME)
    return Protected(stack, protection, run, list(iam.denials()), refused, lost)


def test_the_run_succeeds_with_no_more_than_its_roles_allow(protected: Protected) -> None:
    assert protected.run["status"] == "SUCCEEDED", protected.run.get("cause")
    assert protected.denials == []


def test_every_object_is_encrypted_with_the_key(protected: Protected) -> None:
    s3 = protected.instance.client("s3")
    keys = protected.stack.keys("")

    assert any(key.endswith("model.tar.gz") for key in keys) and any("part-" in key for key in keys)
    for key in keys:
        head = s3.head_object(Bucket=protected.stack.bucket, Key=key)
        assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", protected.key), key


def test_the_workflow_and_its_executions_are_encrypted_with_the_key(protected: Protected) -> None:
    states, machine = protected.instance.client("stepfunctions"), protected.stack.outputs["StateMachineArn"]
    execution = protected.run["executionArn"]

    for described in (
        states.describe_state_machine(stateMachineArn=machine),
        states.describe_state_machine_for_execution(executionArn=execution),
    ):
        assert described["encryptionConfiguration"]["kmsKeyId"] == protected.key
    kms, key = protected.instance.client("kms"), protected.key.rpartition("/")[2]
    kms.disable_key(KeyId=key)
    try:
        with pytest.raises(states.exceptions.KmsInvalidStateException):
            states.describe_execution(executionArn=execution)
    finally:
        kms.enable_key(KeyId=key)


def test_a_run_that_fails_is_told_in_the_workflow_s_log(protected: Protected) -> None:
    """Which takes the role and the key's policy, as docs/operations.md shows it."""
    group = f"/aws/vendedlogs/states/{NAME}"
    events = protected.instance.client("logs").filter_log_events(logGroupName=group)["events"]
    failed = [each for each in map(json.loads, (each["message"] for each in events)) if "details" in each]

    assert (protected.refused["status"], protected.refused["error"]) == ("FAILED", "InvalidAlgorithms")
    assert protected.refused["cause"] in [each["details"].get("cause") for each in failed]


def test_logs_and_messages_are_encrypted_with_the_key(protected: Protected) -> None:
    instance, outputs = protected.instance, protected.stack.outputs
    pages = instance.client("logs").get_paginator("describe_log_groups").paginate()
    ours = [group for page in pages for group in page["logGroups"] if NAME in group["logGroupName"]]
    topic = instance.client("sns").get_topic_attributes(TopicArn=outputs["TopicArn"])["Attributes"]
    queue = instance.client("sqs").get_queue_attributes(
        QueueUrl=outputs["FailedStartsUrl"], AttributeNames=["All"]
    )

    assert len(ours) == len(deployment().of("AWS::Logs::LogGroup")) + 1
    assert {group["kmsKeyId"] for group in ours} == {protected.key}
    assert topic["KmsMasterKeyId"] == queue["Attributes"]["KmsMasterKeyId"] == protected.key


def test_functions_run_in_the_network_and_what_they_are_told_is_encrypted(protected: Protected) -> None:
    pages = protected.instance.client("lambda").get_paginator("list_functions").paginate()
    ours = [each for page in pages for each in page["Functions"] if each["FunctionName"].startswith(NAME)]
    network = protected.protection.network

    assert len(ours) == len(deployment(DataRetention="Delete").of("AWS::Lambda::Function"))
    assert {each["KMSKeyArn"] for each in ours} == {protected.key}
    for function in ours:
        assert function["VpcConfig"]["SubnetIds"] == network["Subnets"]
        assert function["VpcConfig"]["SecurityGroupIds"] == network["SecurityGroupIds"]


def test_the_jobs_run_in_the_network_and_apart(protected: Protected) -> None:
    sagemaker, network = protected.instance.client("sagemaker"), protected.protection.network
    plan = protected.stack.read_json(f"runs/{protected.run['name']}/plan.json")
    prefix = protected.stack.outputs["ResourcePrefix"]
    [trained] = sagemaker.list_training_jobs(NameContains=prefix)["TrainingJobSummaries"]
    [prepared] = sagemaker.list_processing_jobs(NameContains=prefix)["ProcessingJobSummaries"]
    training = sagemaker.describe_training_job(TrainingJobName=trained["TrainingJobName"])
    processing = sagemaker.describe_processing_job(ProcessingJobName=prepared["ProcessingJobName"])

    assert plan["security"]["network"]["VpcConfig"] == network
    assert training["VpcConfig"] == processing["NetworkConfig"]["VpcConfig"] == network
    assert training["EnableNetworkIsolation"] is True
    assert processing["NetworkConfig"]["EnableInterContainerTrafficEncryption"] is True
    assert training["ResourceConfig"]["VolumeKmsKeyId"] == protected.key
    assert processing["ProcessingResources"]["ClusterConfig"]["VolumeKmsKeyId"] == protected.key


def test_every_role_is_bounded(protected: Protected) -> None:
    roles = [
        each
        for page in protected.instance.client("iam")
        .get_paginator("list_roles")
        .paginate(PathPrefix=ROLE_PATH)
        for each in page["Roles"]
        if each["RoleName"].startswith(NAME)
    ]
    boundaries = {
        protected.instance.client("iam").get_role(RoleName=role["RoleName"])["Role"]["PermissionsBoundary"][
            "PermissionsBoundaryArn"
        ]
        for role in roles
    }

    assert len(roles) == len(deployment(DataRetention="Delete").of("AWS::IAM::Role"))
    assert boundaries == {protected.protection.boundary}


def test_access_to_the_bucket_is_logged(protected: Protected) -> None:
    logging = protected.instance.client("s3").get_bucket_logging(Bucket=protected.stack.bucket)[
        "LoggingEnabled"
    ]

    assert (logging["TargetBucket"], logging["TargetPrefix"]) == (
        protected.protection.log_bucket,
        f"{NAME}/",
    )


def test_an_upload_that_starts_no_run_is_kept_with_its_reason(protected: Protected) -> None:
    assert protected.lost["requestPayload"] == {"Records": [{}]}
    assert protected.lost["requestContext"]["condition"] == "RetriesExhausted"
    assert protected.lost["requestContext"]["approximateInvokeCount"] == 3
    assert protected.lost["responsePayload"]["errorType"] == "InvalidEvent"


def test_the_alarms_stand_and_the_leak_is_measured(protected: Protected) -> None:
    cloudwatch = protected.instance.client("cloudwatch")
    alarms = cloudwatch.describe_alarms(AlarmNamePrefix=f"{NAME}-")["MetricAlarms"]
    wanted = [{"Name": "service", "Value": NAME}]
    metrics = cloudwatch.list_metrics(Namespace="Bakeoff", MetricName="LeakedResources")["Metrics"]

    assert {alarm["MetricName"] for alarm in alarms} == {
        alarm["MetricName"] for alarm in deployment().of("AWS::CloudWatch::Alarm").values()
    }
    assert {tuple(alarm["AlarmActions"]) for alarm in alarms} == {(protected.stack.outputs["TopicArn"],)}
    assert wanted in [metric["Dimensions"] for metric in metrics]


def test_an_address_hears_of_it_once_it_is_confirmed(protected: Protected) -> None:
    sns = protected.instance.client("sns")
    [subscribed] = sns.list_subscriptions_by_topic(TopicArn=protected.stack.outputs["TopicArn"])[
        "Subscriptions"
    ]
    attributes = sns.get_subscription_attributes(SubscriptionArn=subscribed["SubscriptionArn"])["Attributes"]

    assert (subscribed["Protocol"], subscribed["Endpoint"]) == ("email", ADDRESS)
    assert attributes["PendingConfirmation"] == "true"
