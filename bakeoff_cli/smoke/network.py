"""The network of a rehearsal, looked for in EC2 before anything is deployed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bakeoff_cli.errors import BadInput
from bakeoff_cli.stack.aws import Aws


@dataclass(frozen=True)
class _Kind:
    """An option, what its ids are of, and how EC2 tells of these."""

    option: str
    noun: str
    operation: str
    filter: str
    listed: str
    id: str

    def vpcs(self, ec2: Any, typed: str) -> dict[str, str]:
        """The VPC of each id, in their order. Raises BadInput for an empty item and for what is not there."""
        ids = [each.strip() for each in typed.split(",")]
        if not all(ids):
            raise BadInput(f"{self.option} has an empty item in {typed!r}: take the comma too many away.")
        # A filter finds what there is; a list of ids would be an error that tells of one of them alone.
        answer = getattr(ec2, self.operation)(Filters=[{"Name": self.filter, "Values": ids}])
        found = {each[self.id]: each["VpcId"] for each in answer[self.listed]}
        if missing := [each for each in ids if each not in found]:
            raise BadInput(
                f"{self.option}: there is no {self.noun} {' and no '.join(missing)} in "
                f"{ec2.meta.region_name}: `aws ec2 {self.operation.replace('_', '-')}` lists those there are."
            )
        return {each: found[each] for each in ids}


_SUBNETS = _Kind("--subnet-ids", "subnet", "describe_subnets", "subnet-id", "Subnets", "SubnetId")
_GROUPS = _Kind(
    "--security-group-ids",
    "security group",
    "describe_security_groups",
    "group-id",
    "SecurityGroups",
    "GroupId",
)


def network_of(aws: Aws, subnet_ids: str | None, security_group_ids: str | None) -> dict[str, str]:
    """The template's parameters for the two options, ids separated by commas; none without the options.

    Raises BadInput for one option without the other, for an id that the region does not have, and for
    subnets and groups that are not all of one VPC: SageMaker would refuse these in the middle of a run.
    """
    if bool(subnet_ids) != bool(security_group_ids):
        raise BadInput(f"{_SUBNETS.option} and {_GROUPS.option} go together: give both, or neither.")
    if not (subnet_ids and security_group_ids):
        return {}
    subnets, groups = _SUBNETS.vpcs(aws.ec2, subnet_ids), _GROUPS.vpcs(aws.ec2, security_group_ids)
    vpcs = subnets | groups
    if len(set(vpcs.values())) > 1:
        told = ", ".join(f"{name} is in {vpc}" for name, vpc in vpcs.items())
        raise BadInput(f"{_SUBNETS.option} and {_GROUPS.option} must be of one VPC, but {told}.")
    return {"SubnetIds": ",".join(subnets), "SecurityGroupIds": ",".join(groups)}
