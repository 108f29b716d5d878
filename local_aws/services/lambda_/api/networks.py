"""Functions in a VPC: moto 5.2.5 takes any subnets and asks nobody whether the function's role may join them.

Source: "Giving Lambda functions access to resources in an Amazon VPC" in the Lambda developer guide.
"""

from __future__ import annotations

from typing import Any

from moto.awslambda.exceptions import InvalidParameterValueException

from local_aws.services.ec2.networks import missing
from local_aws.services.iam import allowed

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
    place = function.account_id, function.region
    for sentence in missing(*place, config["SubnetIds"], config["SecurityGroupIds"]):
        raise InvalidParameterValueException(sentence)
    # All are asked, so that whoever records the questions sees each of them.
    answers = {action: allowed(function.role, f"ec2:{action}", "*") for action in _ACTIONS}
    for action, is_allowed in answers.items():
        if not is_allowed:
            raise InvalidParameterValueException(
                f"The provided execution role does not have permissions to call {action} on EC2"
            )
