"""Change sets: what an update would do, kept until somebody executes it.

moto 5.2.5 compares templates as texts, finds a change set by its bare name in all stacks, and forgets
parameters, outputs and events of a stack that is born from one.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime

from local_aws.services.cloudformation.engine.convergence import differs, is_replaced, wanted_resource
from local_aws.services.cloudformation.engine.stack import Stack
from local_aws.services.cloudformation.resources import resource_type
from local_aws.services.cloudformation.template.blueprint import Blueprint
from local_aws.services.cloudformation.template.references import references

_NO_CHANGES = (
    "The submitted information didn't contain changes. Submit different information to create a change set."
)


@dataclass(frozen=True)
class Change:
    """`replacement` is None for what is added or removed."""

    action: str
    logical_id: str
    type_name: str
    physical_id: str | None = None
    replacement: bool | None = None


@dataclass
class ChangeSet:
    name: str
    stack: Stack
    blueprint: Blueprint
    description: str | None
    capabilities: list[str]
    changes: list[Change]
    status: str = "CREATE_COMPLETE"
    execution_status: str = "AVAILABLE"
    reason: str | None = None
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    token: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def change_set_id(self) -> str:
        where = self.stack.identity
        return f"arn:aws:cloudformation:{where.region}:{where.account_id}:changeSet/{self.name}/{self.token}"


def propose(
    name: str, stack: Stack, blueprint: Blueprint, description: str | None, capabilities: list[str]
) -> ChangeSet:
    """A change set for `stack`; one without changes has failed, as CloudFormation has it."""
    change_set = ChangeSet(name, stack, blueprint, description, capabilities, preview(stack, blueprint))
    if stack.blueprint is not None and stack.blueprint.same_as(blueprint):
        change_set.status, change_set.execution_status = "FAILED", "UNAVAILABLE"
        change_set.reason = _NO_CHANGES
    return change_set


def preview(stack: Stack, blueprint: Blueprint) -> list[Change]:
    """What an update to `blueprint` would do to each resource, in its order."""
    unsettled: set[str] = set()
    changes: list[Change] = []
    for logical_id in blueprint.resources:
        change = _change(stack, blueprint, logical_id, unsettled)
        if change is not None:
            changes.append(change)
            unsettled |= {logical_id} if _is_unsettled(change) else set()
    return changes + [
        Change("Remove", name, resource.type_name, resource.made.physical_id)
        for name, resource in stack.resources.items()
        if name not in blueprint.resources
    ]


def _is_unsettled(change: Change) -> bool:
    """Whether nothing can be said yet about what `Ref` and `Fn::GetAtt` will answer."""
    # A custom resource decides at every change what its attributes are.
    is_custom = resource_type(change.type_name, change.logical_id).attributes is None
    return change.action == "Add" or bool(change.replacement) or is_custom


def _change(stack: Stack, blueprint: Blueprint, logical_id: str, unsettled: set[str]) -> Change | None:
    current = stack.resources.get(logical_id)
    definition = blueprint.resources[logical_id]
    if current is None:
        return Change("Add", logical_id, definition["Type"])
    named = {found.name for found in references(definition.get("Properties", {}), blueprint.base.conditions)}
    if named & unsettled:
        # What it refers to has no value yet, so nothing can be said about a replacement.
        return Change("Modify", logical_id, current.type_name, current.made.physical_id, False)
    wanted = wanted_resource(stack, blueprint, logical_id)
    if not differs(current, wanted):
        return None
    replaced = is_replaced(current, wanted)
    return Change("Modify", logical_id, current.type_name, current.made.physical_id, replaced)
