"""What Describe*, List* and Get* calls tell about stacks.

moto 5.2.5 reports one status for all resources, finds hidden parameters by comparing values with names, and
has no other template than the last one.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from moto.core.responses import ActionResult

from local_aws.services.cloudformation.api.capabilities import needed_capabilities
from local_aws.services.cloudformation.api.template_source import template_text
from local_aws.services.cloudformation.engine.account import Account
from local_aws.services.cloudformation.engine.stack import Deployed, Event, Stack
from local_aws.services.cloudformation.errors import refuse
from local_aws.services.cloudformation.shapes import boolean
from local_aws.services.cloudformation.template import document as template
from local_aws.services.cloudformation.template.blueprint import Blueprint
from local_aws.services.cloudformation.text import as_text, names

_CONSTRAINTS = names(
    "AllowedValues AllowedPattern ConstraintDescription MinLength MaxLength MinValue MaxValue"
)


def describe_stacks(self: Any) -> ActionResult:
    account, name = Account(self.cloudformation_backend), self._get_param("StackName")
    stacks = [account.stack(name)] if name else account.stacks()
    return ActionResult({"Stacks": [_stack(stack) for stack in stacks]})


def list_stacks(self: Any) -> ActionResult:
    wanted = self._get_param("StackStatusFilter", [])
    stacks = Account(self.cloudformation_backend).stacks(deleted=True)
    return ActionResult(
        {"StackSummaries": [_head(stack) for stack in stacks if not wanted or stack.status in wanted]}
    )


def describe_stack_events(self: Any) -> ActionResult:
    stack = _named(self)
    return ActionResult({"StackEvents": [_event(stack, event) for event in reversed(stack.events)]})


def describe_stack_resource(self: Any) -> ActionResult:
    stack, logical_id = _named(self), self._get_param("LogicalResourceId")
    if logical_id not in stack.resources:
        refuse(f"Resource {logical_id} does not exist for stack {stack.name}")
    resource = stack.resources[logical_id]
    return ActionResult(
        {
            "StackResourceDetail": {
                **_resource(stack, resource),
                "LastUpdatedTimestamp": when(resource.changed),
            }
        }
    )


def describe_stack_resources(self: Any) -> ActionResult:
    wanted = self._get_param("LogicalResourceId")
    stack = _named(self)
    found = [resource for name, resource in stack.resources.items() if wanted in (None, name)]
    details = [{**_resource(stack, resource), "Timestamp": when(resource.changed)} for resource in found]
    return ActionResult({"StackResources": details})


def list_stack_resources(self: Any) -> ActionResult:
    stack = _named(self)
    summaries = [
        {**_resource(stack, resource), "LastUpdatedTimestamp": when(resource.changed)}
        for resource in stack.resources.values()
    ]
    return ActionResult({"StackResourceSummaries": summaries})


def get_template(self: Any) -> ActionResult:
    blueprint = _named(self).blueprint or refuse("The stack has no template yet.")
    stage = self._get_param("TemplateStage", "Original")
    body = blueprint.original if stage == "Original" else json.dumps(blueprint.processed)
    return ActionResult({"TemplateBody": body, "StagesAvailable": ["Original", "Processed"]})


def get_template_summary(self: Any) -> ActionResult:
    stack = _named(self) if self._get_param("StackName") else None
    text = stack.blueprint.original if stack and stack.blueprint else template_text(self, stack)
    parsed = template.parse(text)
    return ActionResult(
        {
            **_summary(parsed),
            "ResourceTypes": sorted({resource["Type"] for resource in parsed["Resources"].values()}),
            "Version": parsed.get("AWSTemplateFormatVersion"),
        }
    )


def validate_template(self: Any) -> ActionResult:
    return ActionResult(_summary(template.parse(template_text(self, None))))


def parameter_list(blueprint: Blueprint | None) -> list[dict[str, str]]:
    """Parameters with their values, hidden where NoEcho asks for it."""
    if blueprint is None:
        return []
    declared = blueprint.processed.get("Parameters", {})
    return [
        {
            "ParameterKey": name,
            "ParameterValue": "****" if boolean(declared[name].get("NoEcho", False)) else value,
        }
        for name, value in blueprint.parameters.items()
    ]


def tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def when(moment: datetime | None) -> datetime | None:
    """The moment as moto's serializer takes it: UTC without saying so."""
    return moment.replace(tzinfo=None) if moment else None


def _named(self: Any) -> Stack:
    return Account(self.cloudformation_backend).stack(self._get_param("StackName"))


def _head(stack: Stack) -> dict[str, Any]:
    return {
        "StackId": stack.stack_id,
        "StackName": stack.name,
        "StackStatus": stack.status,
        "StackStatusReason": stack.reason,
        "CreationTime": when(stack.created),
        "LastUpdatedTime": when(stack.updated),
        "DeletionTime": when(stack.deleted),
    }


def _stack(stack: Stack) -> dict[str, Any]:
    described = stack.blueprint.processed.get("Description") if stack.blueprint else None
    return {
        **_head(stack),
        "Description": described,
        "Parameters": parameter_list(stack.blueprint),
        "Outputs": stack.outputs,
        "Tags": tag_list(stack.tags),
        "RoleARN": stack.role_arn,
        "Capabilities": needed_capabilities(stack.blueprint.resources) if stack.blueprint else [],
        "DisableRollback": stack.on_failure == "DO_NOTHING",
        "EnableTerminationProtection": stack.termination_protection,
    }


def _event(stack: Stack, event: Event) -> dict[str, Any]:
    return {
        "StackId": stack.stack_id,
        "StackName": stack.name,
        "EventId": event.event_id,
        "LogicalResourceId": event.logical_id,
        "PhysicalResourceId": event.physical_id,
        "ResourceType": event.type_name,
        "ResourceStatus": event.status,
        "ResourceStatusReason": event.reason,
        "Timestamp": when(event.timestamp),
    }


def _resource(stack: Stack, resource: Deployed) -> dict[str, Any]:
    return {
        "StackId": stack.stack_id,
        "StackName": stack.name,
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.made.physical_id,
        "ResourceType": resource.type_name,
        "ResourceStatus": resource.status,
        "ResourceStatusReason": resource.reason,
    }


def _summary(parsed: dict[str, Any]) -> dict[str, Any]:
    slots = parsed.get("Parameters", {})
    makes_roles = needed_capabilities(parsed["Resources"])
    expands = ["CAPABILITY_AUTO_EXPAND"] if template.transforms(parsed) else []
    return {
        "Description": parsed.get("Description"),
        "Parameters": [_parameter(name, slot) for name, slot in slots.items()],
        "Capabilities": [*makes_roles, *expands],
        "DeclaredTransforms": template.transforms(parsed),
        "Metadata": json.dumps(parsed["Metadata"]) if "Metadata" in parsed else None,
    }


def _parameter(name: str, slot: dict[str, Any]) -> dict[str, Any]:
    constraints = {
        key: [as_text(item) for item in slot[key]] if key == "AllowedValues" else as_text(slot[key])
        for key in _CONSTRAINTS
        if key in slot
    }
    return {
        "ParameterKey": name,
        "DefaultValue": as_text(slot.get("Default")),
        "ParameterType": slot.get("Type"),
        "NoEcho": boolean(slot.get("NoEcho", False)),
        "Description": slot.get("Description"),
        "ParameterConstraints": constraints,
    }
