"""moto 5.2.5 takes any key and network; SageMaker refuses what it can't use in the role's name.

Sources: https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html and "Instance store volumes" in
the EC2 user guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from moto.ec2.models import ec2_backends
from moto.sagemaker.exceptions import ValidationError

from local_aws.services.ec2.networks import missing
from local_aws.services.iam import allowed
from local_aws.services.sagemaker.control_plane.actions import Call

_GRANT = {"kms:grantisforawsresource": "true"}
_LOCAL_DISK = re.compile(
    r"ml\.(?:[a-z]+\d+[a-z]*d[a-z]*|g[567]e?|p[56][a-z]*|trn\d+n?|dl1)(?:-[a-z0-9]+)?\..+"
)
_INTERFACES = (
    "CreateNetworkInterface",
    "CreateNetworkInterfacePermission",
    "DeleteNetworkInterface",
    "DeleteNetworkInterfacePermission",
)
_DESCRIPTIONS = ("DhcpOptions", "NetworkInterfaces", "SecurityGroups", "Subnets", "Vpcs")


def require_volume_key(role_arn: str, key: str | None, instance_type: str) -> None:
    """Raise ValidationError when disks of `instance_type` can't be encrypted under `key` by this role."""
    if key is None:
        return
    if _LOCAL_DISK.fullmatch(instance_type):
        raise ValidationError(message=f"VolumeKmsKeyId is not supported for instance type {instance_type}.")
    _require(role_arn, "kms:CreateGrant", key, _GRANT)


def require_output_key(role_arn: str, key: str | None) -> None:
    if key is not None:
        _require(role_arn, "kms:Encrypt", key, {})


def require_network(call: Call, role_arn: str, config: Mapping[str, Any] | None) -> None:
    """Raise ValidationError unless subnets and security groups exist and the role may join them."""
    if config is None:
        return
    _require_existing(call, config)
    for action, resource in _joining(call, config):
        _require(role_arn, action, resource, {})


def require_network_unscoped(call: Call, role_arn: str, config: Mapping[str, Any] | None) -> None:
    """For a processing job, whose checks at its creation know neither resources nor conditions.

    The guide's "CreateProcessingJob API: Execution Role Permissions" on a private VPC: "Don't scope in the
    policy with any conditions or resource filters. Otherwise, the validation checks that occur during the
    creation of the processing job fail."
    """
    if config is None:
        return
    _require_existing(call, config)
    for action in (*_INTERFACES, *(f"Describe{noun}" for noun in _DESCRIPTIONS)):
        _require(role_arn, f"ec2:{action}", "*", {})


def _require_existing(call: Call, config: Mapping[str, Any]) -> None:
    subnets, groups = config["Subnets"], config["SecurityGroupIds"]
    place = call.backend.account_id, call.backend.region_name
    for sentence in missing(*place, subnets, groups):
        raise ValidationError(message=sentence)
    ec2 = ec2_backends[place[0]][place[1]]
    joined = [each for each in ec2.describe_subnets() if each.id in subnets]
    joined += [each for each in ec2.describe_security_groups() if each.id in groups]
    if len({each.vpc_id for each in joined}) > 1:
        raise ValidationError(message="Subnets and security groups must belong to one VPC.")


def _joining(call: Call, config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    def arn(resource: str) -> str:
        return f"arn:aws:ec2:{call.backend.region_name}:{call.backend.account_id}:{resource}"

    yield from (("ec2:CreateNetworkInterface", arn(f"subnet/{name}")) for name in config["Subnets"])
    for name in config["SecurityGroupIds"]:
        yield "ec2:CreateNetworkInterface", arn(f"security-group/{name}")
    yield from ((f"ec2:{action}", arn("network-interface/eni-0")) for action in _INTERFACES)
    yield from ((f"ec2:Describe{noun}", "*") for noun in _DESCRIPTIONS)


def _require(role_arn: str, action: str, resource: str, context: Mapping[str, str]) -> None:
    if not allowed(role_arn, action, resource, context):
        raise ValidationError(
            message=f"Access denied: the role {role_arn} is not allowed to do {action} on {resource}."
        )
