"""What CloudFormation reports of a stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bakeoff.adapters.clients import make_client, translated

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


def status_of(stack_id: str, client: CloudFormationClient | None = None) -> str:
    """The StackStatus. Raises ServiceError when there is no such stack."""
    cloudformation: CloudFormationClient = client or make_client("cloudformation")
    with translated(f"Describing stack {stack_id}"):
        [stack] = cloudformation.describe_stacks(StackName=stack_id)["Stacks"]
    return stack["StackStatus"]
