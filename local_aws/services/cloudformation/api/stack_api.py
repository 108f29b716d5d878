"""CreateStack, UpdateStack, DeleteStack: what a request may ask for, and what it starts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.cloudformation.exceptions import AlreadyExistsException
from moto.core.responses import ActionResult, EmptyResult

from local_aws.services.cloudformation.api.capabilities import check_capabilities
from local_aws.services.cloudformation.api.template_source import template_text
from local_aws.services.cloudformation.engine import operations
from local_aws.services.cloudformation.engine.account import Account
from local_aws.services.cloudformation.engine.stack import Stack
from local_aws.services.cloudformation.errors import refuse
from local_aws.services.cloudformation.shapes import boolean
from local_aws.services.cloudformation.template.blueprint import Blueprint, design

_NAME = "[a-zA-Z][-a-zA-Z0-9]*"
_UPDATABLE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE")


@dataclass(frozen=True)
class Submission:
    """The part of a request that says what a stack is to become."""

    template: str
    parameters: list[dict[str, Any]]
    tags: dict[str, str] | None
    capabilities: list[str]

    def blueprint(self, account: Account, stack: Stack, *, changes_directly: bool) -> Blueprint:
        """The checked blueprint; `changes_directly` is False for a change set."""
        before = stack.blueprint.parameters if stack.blueprint else {}
        given = {item["ParameterKey"]: _value(item, before) for item in self.parameters}
        tags = stack.tags if self.tags is None else self.tags
        blueprint = design(self.template, given, tags, stack.identity, account.exported)
        check_capabilities(
            self.capabilities, blueprint.resources, blueprint.transforms, changes_directly=changes_directly
        )
        return blueprint


def submission(response: Any, stack: Stack | None) -> Submission:
    """Read a Submission from moto's response object; `stack` is the one that exists already."""
    tags = response._get_param("Tags")
    return Submission(
        template_text(response, stack),
        response._get_param("Parameters", []),
        None if tags is None else {tag["Key"]: tag["Value"] for tag in tags},
        response._get_param("Capabilities", []),
    )


def _value(item: dict[str, Any], before: dict[str, str]) -> str:
    name = item["ParameterKey"]
    if not boolean(item.get("UsePreviousValue", False)):
        return str(item.get("ParameterValue", ""))
    if "ParameterValue" in item:
        refuse(
            f"Invalid input for parameter key {name}. Cannot specify usePreviousValue as true "
            "and non empty value for a parameter"
        )
    return before[name] if name in before else refuse(f"Parameters: [{name}] must have values")


def create_stack(self: Any) -> ActionResult:
    account = Account(self.cloudformation_backend)
    name = self._get_param("StackName")
    check_stack_name(name)
    if account.find(name):
        raise AlreadyExistsException(f"Stack [{name}] already exists")
    asked = submission(self, None)
    stack = Stack(account.identity(name))
    stack.tags = asked.tags or {}
    stack.blueprint = asked.blueprint(account, stack, changes_directly=True)
    stack.role_arn = self._get_param("RoleARN")
    stack.termination_protection = boolean(self._get_param("EnableTerminationProtection", False))
    stack.on_failure = failure_policy(self)
    account.keep_stack(stack)
    stack.move_to("CREATE_IN_PROGRESS", "User Initiated")
    account.run(stack, lambda: operations.create(stack))
    return ActionResult({"StackId": stack.stack_id})


def update_stack(self: Any) -> ActionResult:
    account = Account(self.cloudformation_backend)
    stack = account.stack(self._get_param("StackName"))
    check_updatable(stack)
    blueprint = submission(self, stack).blueprint(account, stack, changes_directly=True)
    if stack.blueprint is not None and stack.blueprint.same_as(blueprint):
        refuse("No updates are to be performed.")
    start_update(account, stack, blueprint)
    return ActionResult({"StackId": stack.stack_id})


def start_update(account: Account, stack: Stack, blueprint: Blueprint) -> None:
    stack.updated = datetime.now(UTC)
    stack.move_to("UPDATE_IN_PROGRESS", "User Initiated")
    account.run(stack, lambda: operations.update(stack, blueprint))


def delete_stack(self: Any) -> ActionResult:
    account = Account(self.cloudformation_backend)
    stack = account.find(self._get_param("StackName"))
    if stack is None or stack.status in ("DELETE_COMPLETE", "DELETE_IN_PROGRESS"):
        return EmptyResult()
    if stack.termination_protection:
        refuse(f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
    retained = self._get_param("RetainResources", [])
    if retained and stack.status != "DELETE_FAILED":
        refuse(f"Invalid operation on stack [{stack.stack_id}]. It needs DELETE_FAILED to retain resources.")
    account.run(stack, lambda: operations.delete(stack, retained))
    return EmptyResult()


def update_termination_protection(self: Any) -> ActionResult:
    stack = Account(self.cloudformation_backend).stack(self._get_param("StackName"))
    stack.termination_protection = boolean(self._get_param("EnableTerminationProtection"))
    return ActionResult({"StackId": stack.stack_id})


def create_stack_set(self: Any) -> ActionResult:
    refuse("The embedded AWS does not implement stack sets.")


def set_stack_policy(self: Any) -> ActionResult:
    refuse("The embedded AWS does not implement stack policies.")


def check_stack_name(name: str) -> None:
    if not re.fullmatch(_NAME, name) or len(name) > 128:
        refuse(
            f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint: "
            f"Member must satisfy regular expression pattern: {_NAME}"
        )


def check_updatable(stack: Stack) -> None:
    if stack.status not in _UPDATABLE:
        refuse(f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated.")


def failure_policy(response: Any) -> str:
    """OnFailure of the request, or what DisableRollback says about it."""
    disabled = boolean(response._get_param("DisableRollback", False))
    return str(response._get_param("OnFailure") or ("DO_NOTHING" if disabled else "ROLLBACK"))
