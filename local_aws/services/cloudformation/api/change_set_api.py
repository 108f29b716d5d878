"""CreateChangeSet, DescribeChangeSet, ExecuteChangeSet, DeleteChangeSet and ListChangeSets."""

from __future__ import annotations

from typing import Any

from moto.cloudformation.exceptions import AlreadyExistsException
from moto.cloudformation.utils import validate_create_change_set
from moto.core.responses import ActionResult, EmptyResult

from local_aws.services.cloudformation.api.descriptions import parameter_list, tag_list, when
from local_aws.services.cloudformation.api.stack_api import (
    check_stack_name,
    check_updatable,
    failure_policy,
    start_update,
    submission,
)
from local_aws.services.cloudformation.engine import operations
from local_aws.services.cloudformation.engine.account import Account
from local_aws.services.cloudformation.engine.change_sets import Change, ChangeSet, propose
from local_aws.services.cloudformation.engine.stack import Stack
from local_aws.services.cloudformation.errors import InvalidChangeSetStatus, refuse


def create_change_set(self: Any) -> ActionResult:
    account = Account(self.cloudformation_backend)
    name = self._get_param("ChangeSetName")
    validate_create_change_set(name)
    stack = _stack_for(self, account)
    if any(existing.name == name for existing in account.change_sets(stack)):
        raise AlreadyExistsException(
            f"ChangeSet {name} cannot be created because a change set with that name exists"
        )
    asked = submission(self, stack)
    blueprint = asked.blueprint(account, stack, changes_directly=False)
    if account.find(stack.stack_id) is None:
        account.keep_stack(stack)
        stack.move_to("REVIEW_IN_PROGRESS", "User Initiated")
    change_set = propose(name, stack, blueprint, self._get_param("Description"), asked.capabilities)
    account.keep_change_set(change_set)
    return ActionResult({"Id": change_set.change_set_id, "StackId": stack.stack_id})


def _stack_for(self: Any, account: Account) -> Stack:
    name, kind = self._get_param("StackName"), self._get_param("ChangeSetType", "UPDATE")
    if kind == "UPDATE":
        stack = account.stack(name)
        check_updatable(stack)
        return stack
    if kind != "CREATE":
        refuse(f"The embedded AWS does not implement change sets of type {kind}.")
    check_stack_name(name)
    existing = account.find(name)
    if existing is not None and existing.status != "REVIEW_IN_PROGRESS":
        refuse(f"Stack [{name}] already exists and cannot be created again with the changeSet [{kind}].")
    return existing or Stack(account.identity(name), on_failure=failure_policy(self))


def execute_change_set(self: Any) -> ActionResult:
    account = Account(self.cloudformation_backend)
    change_set = _named(self, account)
    stack, blueprint = change_set.stack, change_set.blueprint
    if change_set.execution_status != "AVAILABLE":
        raise InvalidChangeSetStatus(
            f"ChangeSet [{change_set.change_set_id}] cannot be executed in its current status of "
            f"[{change_set.status}]"
        )
    for other in account.change_sets(stack):
        # Whatever else was proposed was proposed for another state of the stack.
        account.drop_change_set(other)
    change_set.execution_status = "EXECUTE_COMPLETE"
    account.keep_change_set(change_set)
    if stack.blueprint is not None:
        start_update(account, stack, blueprint)
        return EmptyResult()
    stack.blueprint, stack.tags = blueprint, blueprint.tags
    stack.move_to("CREATE_IN_PROGRESS", "User Initiated")
    account.run(stack, lambda: operations.create(stack))
    return EmptyResult()


def describe_change_set(self: Any) -> ActionResult:
    change_set = _named(self, Account(self.cloudformation_backend))
    changes = [{"Type": "Resource", "ResourceChange": _change(change)} for change in change_set.changes]
    return ActionResult(
        {
            **_summary(change_set),
            "Parameters": parameter_list(change_set.blueprint),
            "Capabilities": change_set.capabilities,
            "Tags": tag_list(change_set.blueprint.tags),
            "Changes": changes,
        }
    )


def delete_change_set(self: Any) -> ActionResult:
    account = Account(self.cloudformation_backend)
    account.drop_change_set(_named(self, account))
    return EmptyResult()


def list_change_sets(self: Any) -> ActionResult:
    account = Account(self.cloudformation_backend)
    stack = account.stack(self._get_param("StackName"))
    return ActionResult({"Summaries": [_summary(found) for found in account.change_sets(stack)]})


def _named(self: Any, account: Account) -> ChangeSet:
    return account.change_set(self._get_param("ChangeSetName"), self._get_param("StackName"))


def _summary(change_set: ChangeSet) -> dict[str, Any]:
    return {
        "ChangeSetName": change_set.name,
        "ChangeSetId": change_set.change_set_id,
        "StackId": change_set.stack.stack_id,
        "StackName": change_set.stack.name,
        "Description": change_set.description,
        "CreationTime": when(change_set.created),
        "ExecutionStatus": change_set.execution_status,
        "Status": change_set.status,
        "StatusReason": change_set.reason,
    }


def _change(change: Change) -> dict[str, Any]:
    replacement = {} if change.replacement is None else {"Replacement": str(change.replacement)}
    return {
        "Action": change.action,
        "LogicalResourceId": change.logical_id,
        "PhysicalResourceId": change.physical_id,
        "ResourceType": change.type_name,
        "Scope": ["Properties"] if change.action == "Modify" else [],
        **replacement,
    }
