"""Whether the subnets and security groups of a request exist, which moto 5.2.5 asks in no service but EC2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from moto.ec2.models import ec2_backends


def missing(account_id: str, region: str, subnets: Iterable[str], groups: Iterable[str]) -> Iterator[str]:
    """A sentence of AWS for each one that does not exist."""
    ec2 = ec2_backends[account_id][region]
    for noun, names, known in (
        ("subnet ID", subnets, {each.id for each in ec2.describe_subnets()}),
        ("security group", groups, {each.id for each in ec2.describe_security_groups()}),
    ):
        yield from (f"The {noun} '{name}' does not exist" for name in names if name not in known)
