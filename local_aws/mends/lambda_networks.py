"""Functions in a VPC: moto 5.2.5 takes any subnets and asks nobody whether the function's role may join them.

Source: "Giving Lambda functions access to resources in an Amazon VPC" in the Lambda developer guide.
"""

from __future__ import annotations

from typing import Any

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.ec2.models import ec2_backends

from local_aws.mends.iam import allowed

_ACTIONS = (
    "CreateNetworkInterface",
    "DescribeNetworkInterfaces",
    "DescribeSubnets",
    "DeleteNetworkInterface",
    "AssignPrivateIpAddresses",
    "UnassignPrivateIpAddresses",
)


def require_network(function: Any) -> None:
    """Raise InvalidParameterValueException unless subnets and groups exist and the role may join them."""
    config = function.vpc_config
    if not config or not config["SubnetIds"]:
        return
    ec2 = ec2_backends[function.account_id][function.region]
    for member, noun, known in (
        ("SubnetIds", "subnet ID", ec2.describe_subnets()),
        ("SecurityGroupIds", "security group", ec2.describe_security_groups()),
    ):
        for missing in set(config[member]) - {each.id for each in known}:
            raise InvalidParameterValueException(f"The {noun} '{missing}' does not exist")
    # All are asked, so that whoever records the questions sees each of them.
    answers = {action: allowed(function.role, f"ec2:{action}", "*") for action in _ACTIONS}
    for action, is_allowed in answers.items():
        if not is_allowed:
            raise InvalidParameterValueException(
                f"The provided execution role does not have permissions to call {action} on EC2"
            )
