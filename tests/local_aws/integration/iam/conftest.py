"""Roles to call the embedded AWS with."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.core.instance import Instance
from local_aws.services import iam

Statement = dict[str, Any]
MakeRole = Callable[..., str]
ActAs = Callable[..., Any]
TRUSTED = ["lambda.amazonaws.com", "sagemaker.amazonaws.com"]


@pytest.fixture
def make_role(instance: Instance) -> MakeRole:
    """Create a role with an inline policy of the given statements; returns its ARN."""

    def make(*statements: Statement, **options: Any) -> str:
        client, name = instance.client("iam"), f"role-{uuid.uuid4().hex[:8]}"
        trust = {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": TRUSTED},
        }
        role = client.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust), **options)["Role"]
        if statements:
            client.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(*statements))
        return str(role["Arn"])

    return make


@pytest.fixture
def act_as(instance: Instance, make_role: MakeRole) -> ActAs:
    """A client of a service with the credentials of a new role that has the given statements."""

    def act(service: str, *statements: Statement, **options: Any) -> Any:
        return instance.client(service, instance.assume(make_role(*statements, **options), "session"))

    return act


@pytest.fixture
def bucket(instance: Instance) -> str:
    """A bucket with the objects runs/1 and Inputs/1."""
    client, name = instance.client("s3"), f"bucket-{uuid.uuid4().hex[:8]}"
    client.create_bucket(Bucket=name)
    for key in ("runs/1", "Inputs/1"):
        client.put_object(Bucket=name, Key=key, Body=key.encode())
    return name


@pytest.fixture(autouse=True)
def _fresh_records() -> None:
    iam.clear_records()


def document(*statements: Statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> Statement:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> Statement:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def refused(client: Any, operation: str, **parameters: Any) -> tuple[str, int, str]:
    """Error code, HTTP status and message of a call that must fail."""
    with pytest.raises(ClientError) as caught:
        getattr(client, operation)(**parameters)
    response = caught.value.response
    error: Any = response["Error"]
    return error["Code"], response["ResponseMetadata"]["HTTPStatusCode"], error.get("Message", "")
