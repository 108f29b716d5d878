"""Bucket policies: the usual ones let writers write, and a Deny holds for everybody."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.core.instance import Instance
from tests.local_aws.integration.iam.conftest import ActAs, MakeRole, Statement, document


def about(bucket: str, effect: str, action: str, **more: Any) -> Statement:
    resources = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    return {"Effect": effect, "Principal": "*", "Action": action, "Resource": resources, **more}


def set_policy(instance: Instance, bucket: str, *statements: Statement) -> None:
    instance.client("s3").put_bucket_policy(Bucket=bucket, Policy=document(*statements))


def test_denying_what_is_not_encrypted_in_transit_does_not_deny_writing(
    instance: Instance, act_as: ActAs, bucket: str
) -> None:
    insecure = {"Bool": {"aws:SecureTransport": "false"}}
    set_policy(instance, bucket, about(bucket, "Deny", "s3:*", Condition=insecure))
    role = act_as("s3", {"Effect": "Allow", "Action": "s3:*", "Resource": "*"})

    for s3 in (instance.client("s3"), role):
        s3.put_object(Bucket=bucket, Key="runs/2", Body=b"2")
        assert s3.get_object(Bucket=bucket, Key="runs/2")["Body"].read() == b"2"
        s3.delete_object(Bucket=bucket, Key="runs/2")


def test_a_deny_holds_for_roles_and_for_the_administrator(
    instance: Instance, act_as: ActAs, bucket: str
) -> None:
    set_policy(instance, bucket, about(bucket, "Deny", "s3:PutObject"))
    role = act_as("s3", {"Effect": "Allow", "Action": "s3:*", "Resource": "*"})

    for s3 in (instance.client("s3"), role):
        with pytest.raises(ClientError, match="explicit deny in a resource-based policy"):
            s3.put_object(Bucket=bucket, Key="runs/2", Body=b"2")
        assert s3.get_object(Bucket=bucket, Key="runs/1")


def test_a_deny_with_a_condition_looks_at_the_request(instance: Instance, bucket: str) -> None:
    unencrypted = {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}
    set_policy(instance, bucket, about(bucket, "Deny", "s3:PutObject", Condition=unencrypted))
    s3 = instance.client("s3")

    s3.put_object(Bucket=bucket, Key="runs/2", Body=b"2", ServerSideEncryption="aws:kms")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object(Bucket=bucket, Key="runs/2", Body=b"2")


def test_a_bucket_policy_alone_lets_a_role_of_the_account_in(
    instance: Instance, make_role: MakeRole, bucket: str
) -> None:
    reader, other = make_role(), make_role()
    set_policy(instance, bucket, about(bucket, "Allow", "s3:GetObject", Principal={"AWS": reader}))

    granted = instance.client("s3", instance.assume(reader, "session"))
    assert granted.get_object(Bucket=bucket, Key="runs/1")
    with pytest.raises(ClientError, match="no identity-based policy allows"):
        instance.client("s3", instance.assume(other, "session")).get_object(Bucket=bucket, Key="runs/1")


@pytest.mark.parametrize("name", ["arn:aws:iam::{account}:root", "{account}"])
def test_a_bucket_policy_that_names_the_account_leaves_it_to_the_roles_policies(
    instance: Instance, make_role: MakeRole, bucket: str, name: str
) -> None:
    reader = make_role({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"})
    named, other = make_role(), make_role()
    account = name.format(account=instance.account_id)
    set_policy(instance, bucket, about(bucket, "Allow", "s3:GetObject", Principal={"AWS": [account, named]}))

    for role in (reader, named):
        assert instance.client("s3", instance.assume(role, "session")).get_object(Bucket=bucket, Key="runs/1")
    with pytest.raises(ClientError, match="no identity-based policy allows"):
        instance.client("s3", instance.assume(other, "session")).get_object(Bucket=bucket, Key="runs/1")


def test_a_deny_for_the_account_holds_for_its_roles(instance: Instance, act_as: ActAs, bucket: str) -> None:
    role = act_as("s3", {"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    set_policy(
        instance, bucket, about(bucket, "Deny", "s3:GetObject", Principal={"AWS": instance.account_id})
    )

    with pytest.raises(ClientError, match="explicit deny in a resource-based policy"):
        role.get_object(Bucket=bucket, Key="runs/1")
