"""The unmodified template with a key, a network and isolation of one's own: nothing is in the clear."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local_aws.embedded import EmbeddedAws
from local_aws.lambda_runtime import event_queue
from local_aws.mends import iam
from local_aws.site import Site
from tests.e2e.stack import Stack
from tests.template import deployment
from tests.unit.test_security import key_policy

NAME = "bakeoff-protected"


@dataclass(frozen=True)
class Protected:
    stack: Stack
    key: str
    network: dict[str, list[str]]
    run: dict[str, Any]
    denials: list[Any]
    leftovers: list[str]
    used: set[tuple[str, str]]
    lost: dict[str, Any]

    @property
    def site(self) -> Site:
        return self.stack.aws.site

    def plan(self) -> Any:
        return self.stack.read_json(f"runs/{self.run['name']}/plan.json")


def make_network(site: Site) -> dict[str, list[str]]:
    ec2 = site.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.7.{number}.0/24")["Subnet"]["SubnetId"]
        for number in (1, 2)
    ]
    group = ec2.create_security_group(GroupName="jobs", Description="jobs", VpcId=vpc)["GroupId"]
    return {"Subnets": subnets, "SecurityGroupIds": [group]}


def make_log_bucket(site: Site) -> str:
    s3, name = site.client("s3"), "logs-of-bakeoff-protected"
    s3.create_bucket(Bucket=name)
    writer = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{name}/*",
    }
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [writer]}))
    return name


def lost_upload(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Have the start function fail on an event; the message that is left of it."""
    monkeypatch.setattr(event_queue, "RETRY_DELAYS_SECONDS", (0.05, 0.1))
    site = stack.aws.site
    resources = site.client("cloudformation").list_stack_resources(StackName=NAME)["StackResourceSummaries"]
    [function] = [each for each in resources if each["LogicalResourceId"] == "StartRunFunction"]
    site.client("lambda").invoke(
        FunctionName=function["PhysicalResourceId"], InvocationType="Event", Payload=b'{"Records": [{}]}'
    )
    deadline = time.monotonic() + 60
    queue = {"QueueUrl": stack.outputs["FailedStartsUrl"], "WaitTimeSeconds": 5}
    while not (found := site.client("sqs").receive_message(**queue).get("Messages")):
        assert time.monotonic() < deadline, "the event went nowhere"
    message: dict[str, Any] = json.loads(found[0]["Body"])
    return message


@pytest.fixture(scope="module")
def protected(embedded: EmbeddedAws, abalone: Path) -> Protected:
    site, network = embedded.site, make_network(embedded.site)
    key = site.client("kms").create_key(Policy=key_policy())["KeyMetadata"]["Arn"]
    parameters = {
        "KmsKeyArn": key,
        "SubnetIds": ",".join(network["Subnets"]),
        "SecurityGroupIds": ",".join(network["SecurityGroupIds"]),
        "NetworkIsolation": "true",
        "InterContainerEncryption": "true",
        "AccessLogBucket": make_log_bucket(site),
    }
    stack = Stack(embedded, embedded.deploy(NAME, parameters))
    iam.clear_records()
    # The upload starts nothing, because one run shall do for everything: with a candidate that fails, too.
    site.client("s3").put_bucket_notification_configuration(Bucket=stack.bucket, NotificationConfiguration={})
    stack.upload("Inputs/dataset1.csv", abalone.read_bytes())
    failing = {"name": "misspelled", "algorithm": "linear-learner", "hyperparameters": {"max_dept": "3"}}
    run = stack.start("by-hand", {"algorithms": ["linear-learner", failing]})
    with pytest.MonkeyPatch.context() as monkeypatch:
        lost = lost_upload(stack, monkeypatch)
    return Protected(
        stack=stack,
        key=key,
        network=network,
        run=run,
        denials=list(iam.denials()),
        leftovers=stack.leftovers(),
        used={(each.role, each.sid) for each in iam.used_statements()},
        lost=lost,
    )


def test_the_run_succeeds_with_no_more_than_its_roles_allow(protected: Protected) -> None:
    assert protected.run["status"] == "SUCCEEDED", protected.run.get("cause")
    assert protected.denials == []
    assert protected.leftovers == []


def test_every_object_is_encrypted_with_the_key(protected: Protected) -> None:
    s3 = protected.site.client("s3")
    keys = protected.stack.keys("")

    assert any(key.endswith("model.tar.gz") for key in keys) and any("part-" in key for key in keys)
    for key in keys:
        head = s3.head_object(Bucket=protected.stack.bucket, Key=key)
        assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", protected.key), key


def test_logs_and_messages_are_encrypted_with_the_key(protected: Protected) -> None:
    site, outputs = protected.site, protected.stack.outputs
    groups = site.client("logs").describe_log_groups()["logGroups"]
    ours = [group for group in groups if NAME in group["logGroupName"]]
    topic = site.client("sns").get_topic_attributes(TopicArn=outputs["TopicArn"])["Attributes"]
    queue = site.client("sqs").get_queue_attributes(
        QueueUrl=outputs["FailedStartsUrl"], AttributeNames=["All"]
    )

    assert len(ours) == len(deployment().of("AWS::Logs::LogGroup")) + 1
    assert {group["kmsKeyId"] for group in ours} == {protected.key}
    assert topic["KmsMasterKeyId"] == queue["Attributes"]["KmsMasterKeyId"] == protected.key


def test_the_jobs_run_in_the_network_and_apart(protected: Protected) -> None:
    sagemaker, plan = protected.site.client("sagemaker"), protected.plan()
    candidate = plan["candidates"][0]
    training = sagemaker.describe_training_job(TrainingJobName=f"{candidate['resource_name']}-0-0")
    prepared = candidate["resource_name"].removesuffix(candidate["name"]) + "prepare-0-0"
    processing = sagemaker.describe_processing_job(ProcessingJobName=prepared)

    assert plan["security"]["network"]["VpcConfig"] == protected.network
    assert training["VpcConfig"] == processing["NetworkConfig"]["VpcConfig"] == protected.network
    assert training["EnableNetworkIsolation"] is True
    assert processing["NetworkConfig"]["EnableInterContainerTrafficEncryption"] is True
    assert training["ResourceConfig"]["VolumeKmsKeyId"] == protected.key
    assert processing["ProcessingResources"]["ClusterConfig"]["VolumeKmsKeyId"] == protected.key


def test_every_statement_for_key_and_network_was_needed(protected: Protected) -> None:
    policies = deployment(KmsKeyArn=protected.key, SubnetIds="subnet-1", SecurityGroupIds="sg-1").of(
        "AWS::IAM::Policy"
    )
    granted = {
        (role.removesuffix("Role").removesuffix("Function"), statement["Sid"])
        for policy in policies.values()
        for role in policy["Roles"]
        for statement in policy["PolicyDocument"]["Statement"]
    }

    used = {(role.removeprefix(f"{NAME}-").split("-")[0], sid) for role, sid in protected.used}
    used = {(role.removesuffix("Role").removesuffix("Function"), sid) for role, sid in used}
    assert len(granted) > 15
    assert granted - used == set()


def test_access_to_the_bucket_is_logged(protected: Protected) -> None:
    logging = protected.site.client("s3").get_bucket_logging(Bucket=protected.stack.bucket)["LoggingEnabled"]

    assert (logging["TargetBucket"], logging["TargetPrefix"]) == ("logs-of-bakeoff-protected", f"{NAME}/")


def test_an_upload_that_starts_no_run_is_kept_with_its_reason(protected: Protected) -> None:
    assert protected.lost["requestPayload"] == {"Records": [{}]}
    assert protected.lost["requestContext"]["condition"] == "RetriesExhausted"
    assert protected.lost["requestContext"]["approximateInvokeCount"] == 3
    assert protected.lost["responsePayload"]["errorType"] == "InvalidEvent"


def test_the_alarms_stand_and_the_leak_is_measured(protected: Protected) -> None:
    cloudwatch = protected.site.client("cloudwatch")
    alarms = cloudwatch.describe_alarms(AlarmNamePrefix=f"{NAME}-")["MetricAlarms"]
    wanted = [{"Name": "service", "Value": NAME}]
    metrics = cloudwatch.list_metrics(Namespace="Bakeoff", MetricName="LeakedResources")["Metrics"]

    assert {alarm["MetricName"] for alarm in alarms} == {
        alarm["MetricName"] for alarm in deployment().of("AWS::CloudWatch::Alarm").values()
    }
    assert {tuple(alarm["AlarmActions"]) for alarm in alarms} == {(protected.stack.outputs["TopicArn"],)}
    assert wanted in [metric["Dimensions"] for metric in metrics]
