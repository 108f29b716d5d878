"""Refuses a template that needs more than the caller acknowledged; moto 5.2.5 never looks at capabilities."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from local_aws.services.cloudformation.errors import InsufficientCapabilities

_NAMES = {
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Policy": None,
}


def needed_capabilities(resources: Mapping[str, Any]) -> list[str]:
    """What must be acknowledged to make these resources of a processed template."""
    iam = [resource for resource in resources.values() if resource["Type"] in _NAMES]
    if any(_NAMES[resource["Type"]] in resource.get("Properties", {}) for resource in iam):
        return ["CAPABILITY_NAMED_IAM"]
    return ["CAPABILITY_IAM"] if iam else []


def check_capabilities(
    given: Collection[str],
    resources: Mapping[str, Any],
    transforms: Collection[str],
    *,
    changes_directly: bool,
) -> None:
    """Raise InsufficientCapabilities as CreateStack, UpdateStack and CreateChangeSet do.

    A change set shows what its transforms made before anything happens; a stack changed directly does not, so
    it needs CAPABILITY_AUTO_EXPAND as well.
    """
    if transforms and changes_directly and "CAPABILITY_AUTO_EXPAND" not in given:
        raise InsufficientCapabilities("Requires capabilities : [CAPABILITY_AUTO_EXPAND]")
    accepted = {*given, "CAPABILITY_IAM"} if "CAPABILITY_NAMED_IAM" in given else set(given)
    missing = [name for name in needed_capabilities(resources) if name not in accepted]
    if missing:
        raise InsufficientCapabilities(f"Requires capabilities : [{', '.join(missing)}]")
