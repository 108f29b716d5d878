"""A key, a network and a bucket for access logs, as a user brings them; and an upload that starts no run."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from local_aws.core.instance import Instance
from local_aws.services.lambda_.invocation import event_queue
from tests.documented import key_policy
from tests.e2e.stack import Stack
from tests.patience import PATIENCE_SECONDS

ADDRESS = "team@example.com"
ROLE_PATH = "/applications/"
# The services that docs/operations.md says a boundary has to allow.
_BOUNDED_TO = (
    *("s3", "sagemaker", "states", "lambda", "logs", "cloudwatch", "xray", "sns", "sqs", "ecr", "events"),
    *("kms", "ec2", "pricing"),
)
_WAIT_SECONDS = PATIENCE_SECONDS


@dataclass(frozen=True)
class Protection:
    key: str
    network: dict[str, list[str]]
    log_bucket: str
    boundary: str

    @property
    def parameters(self) -> dict[str, str]:
        """Of the template, so that everything is on."""
        return {
            "KmsKeyArn": self.key,
            "SubnetIds": ",".join(self.network["Subnets"]),
            "SecurityGroupIds": ",".join(self.network["SecurityGroupIds"]),
            "NetworkIsolation": "true",
            "InterContainerEncryption": "true",
            "AccessLogBucket": self.log_bucket,
            "FunctionSubnetIds": ",".join(self.network["Subnets"]),
            "FunctionSecurityGroupIds": ",".join(self.network["SecurityGroupIds"]),
            "NotificationEmail": ADDRESS,
            "PermissionsBoundaryArn": self.boundary,
            "RolePath": ROLE_PATH,
        }


def protect(instance: Instance) -> Protection:
    """Make what the parameters of the group Security name; the key's policy is the documented one."""
    key = instance.client("kms").create_key(Policy=key_policy())["KeyMetadata"]["Arn"]
    return Protection(key, _network(instance), _log_bucket(instance), _boundary(instance))


def lose_an_upload(stack: Stack, name: str) -> dict[str, Any]:
    """Have the start function of the stack `name` fail on an event; the message that is left of it."""
    instance = stack.aws.instance
    function = instance.client("cloudformation").describe_stack_resource(
        StackName=name, LogicalResourceId="StartRunFunction"
    )["StackResourceDetail"]["PhysicalResourceId"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(event_queue, "RETRY_DELAYS_SECONDS", (0.05, 0.1))
        event = {"FunctionName": function, "InvocationType": "Event", "Payload": b'{"Records": [{}]}'}
        instance.client("lambda").invoke(**event)
        body: dict[str, Any] = json.loads(_received(stack)["Body"])
    return body


def _received(stack: Stack) -> dict[str, Any]:
    sqs, deadline = stack.aws.instance.client("sqs"), time.monotonic() + _WAIT_SECONDS
    queue = {"QueueUrl": stack.outputs["FailedStartsUrl"], "WaitTimeSeconds": 5}
    while not (found := sqs.receive_message(**queue).get("Messages")):
        assert time.monotonic() < deadline, "the event went nowhere"
    return dict(found[0])


def _network(instance: Instance) -> dict[str, list[str]]:
    ec2 = instance.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    blocks = ("10.7.1.0/24", "10.7.2.0/24")
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=block)["Subnet"]["SubnetId"] for block in blocks]
    group = ec2.create_security_group(GroupName="jobs", Description="jobs", VpcId=vpc)["GroupId"]
    return {"Subnets": subnets, "SecurityGroupIds": [group]}


def _boundary(instance: Instance) -> str:
    actions = [*(f"{service}:*" for service in _BOUNDED_TO), "iam:PassRole"]
    # CloudFormation asks for nothing of the stack but this, and only where it empties the bucket.
    allowed = {"Effect": "Allow", "Action": [*actions, "cloudformation:DescribeStacks"], "Resource": "*"}
    policy = instance.client("iam").create_policy(
        PolicyName=f"bounds-{uuid.uuid4().hex[:8]}",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}),
    )
    return str(policy["Policy"]["Arn"])


def _log_bucket(instance: Instance) -> str:
    s3, name = instance.client("s3"), f"access-logs-{uuid.uuid4().hex[:8]}"
    s3.create_bucket(Bucket=name)
    writer = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{name}/*",
    }
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [writer]}))
    return name
