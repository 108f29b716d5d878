"""Brings a stack's resources to what a blueprint says, and back when that fails.

moto 5.2.5 creates, updates and deletes the resources of a template without roll-back: a failed creation
leaves what was made, an update compares texts instead of values, a deletion forgets what it could not
delete.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from moto.core.exceptions import ServiceException

from local_aws.services.cloudformation.engine.stack import Deployed, Stack
from local_aws.services.cloudformation.errors import ResourceFailed
from local_aws.services.cloudformation.resource import CreatedResource, Request, ResourceType
from local_aws.services.cloudformation.resources import resource_type
from local_aws.services.cloudformation.template.blueprint import Blueprint
from local_aws.services.cloudformation.template.intrinsics import resolve
from local_aws.services.cloudformation.template.references import in_order

_log = logging.getLogger(__name__)
_Result = TypeVar("_Result")


@dataclass
class Converged:
    """What `converge` did: the resources it replaced, as they were, and the sentence on what ended it."""

    replaced: list[Deployed] = field(default_factory=list)
    failure: str | None = None


def converge(stack: Stack, blueprint: Blueprint) -> Converged:
    """Create, update or replace every resource of `blueprint`, up to the first failure; delete nothing."""
    outcome = Converged()
    for logical_id in blueprint.resources:
        verb = "update" if logical_id in stack.resources else "create"
        try:
            _converge_resource(stack, blueprint, logical_id, outcome)
        except ResourceFailed:
            outcome.failure = f"The following resource(s) failed to {verb}: [{logical_id}]."
            return outcome
    try:
        stack.outputs = _attempt(lambda: stack.resolve_outputs(blueprint))
    except ResourceFailed as err:
        outcome.failure = str(err)
    return outcome


def remove(stack: Stack, doomed: Iterable[Deployed], policy: str, retained: Iterable[str] = ()) -> list[str]:
    """Delete resources, dependants first, unless the policy attribute says otherwise; returns who resisted.

    What a resource that resisted depends on is left alone. `retained` names resources to forget, not to
    delete.
    """
    by_id = {resource.logical_id: resource for resource in doomed}
    order = in_order({name: resource.depends_on & by_id.keys() for name, resource in by_id.items()})
    failed: list[str] = []
    kept: set[str] = set()
    for resource in (by_id[name] for name in reversed(order)):
        if resource.logical_id in kept or not _remove_one(stack, resource, policy, retained):
            kept |= resource.depends_on
            failed += [] if resource.logical_id in kept else [resource.logical_id]
        elif stack.resources.get(resource.logical_id) is resource:
            del stack.resources[resource.logical_id]
    return failed


def _remove_one(stack: Stack, resource: Deployed, policy: str, retained: Iterable[str]) -> bool:
    if resource.logical_id in retained or resource.policy(policy).startswith("Retain"):
        stack.note(resource, "DELETE_SKIPPED")
        return True
    stack.note(resource, "DELETE_IN_PROGRESS")
    kind = _kind(resource)
    try:
        _attempt(lambda: kind.delete(_request(stack, resource), resource.made))
    except ResourceFailed as err:
        stack.note(resource, "DELETE_FAILED", str(err))
        return False
    stack.note(resource, "DELETE_COMPLETE")
    return True


def _converge_resource(stack: Stack, blueprint: Blueprint, logical_id: str, outcome: Converged) -> None:
    current = stack.resources.get(logical_id)
    try:
        wanted = _attempt(lambda: wanted_resource(stack, blueprint, logical_id))
    except ResourceFailed as err:
        unresolved = current or _with_properties(blueprint, logical_id, {})
        stack.note(unresolved, "UPDATE_FAILED" if current else "CREATE_FAILED", str(err))
        raise
    if current is None:
        _create(stack, wanted)
    elif differs(current, wanted):
        _change(stack, current, wanted, outcome)
    else:
        current.definition, current.depends_on = wanted.definition, wanted.depends_on


def wanted_resource(stack: Stack, blueprint: Blueprint, logical_id: str) -> Deployed:
    """What a resource is to be, given the resources that exist now."""
    given = blueprint.resources[logical_id].get("Properties", {})
    return _with_properties(blueprint, logical_id, resolve(given, stack.scope(blueprint)))


def _with_properties(blueprint: Blueprint, logical_id: str, properties: dict[str, Any]) -> Deployed:
    definition = blueprint.resources[logical_id]
    return Deployed(
        logical_id,
        definition["Type"],
        CreatedResource(""),
        definition,
        properties,
        blueprint.tags,
        blueprint.depends_on(logical_id),
    )


def differs(current: Deployed, wanted: Deployed) -> bool:
    """Whether a resource has to change to become `wanted`."""
    same = (current.type_name, current.properties) == (wanted.type_name, wanted.properties)
    return not same or (_is_tagged(wanted) and current.stack_tags != wanted.stack_tags)


def _is_tagged(resource: Deployed) -> bool:
    return "Tags" in (_kind(resource).properties or ())


def _create(stack: Stack, wanted: Deployed) -> None:
    stack.resources[wanted.logical_id] = wanted
    stack.note(wanted, "CREATE_IN_PROGRESS")
    try:
        wanted.made = _attempt(lambda: _kind(wanted).create(_request(stack, wanted)))
    except ResourceFailed as err:
        wanted.made = CreatedResource(err.physical_id or "")
        stack.note(wanted, "CREATE_FAILED", str(err))
        if err.physical_id is None:
            del stack.resources[wanted.logical_id]
        raise
    stack.note(wanted, "CREATE_COMPLETE")


def _change(stack: Stack, current: Deployed, wanted: Deployed, outcome: Converged) -> None:
    wanted.made = current.made
    stack.note(wanted, "UPDATE_IN_PROGRESS")
    try:
        wanted.made = _attempt(lambda: _updated(stack, current, wanted))
    except ResourceFailed as err:
        stack.note(wanted, "UPDATE_FAILED", str(err))
        if not is_replaced(current, wanted):
            # Perhaps half done: a roll-back has to see that it is not what it was.
            stack.resources[wanted.logical_id] = wanted
        raise
    if wanted.made.physical_id != current.made.physical_id:
        outcome.replaced.append(current)
    stack.resources[wanted.logical_id] = wanted
    stack.note(wanted, "UPDATE_COMPLETE")


def _updated(stack: Stack, current: Deployed, wanted: Deployed) -> CreatedResource:
    kind = _kind(wanted)
    if is_replaced(current, wanted):
        _check_name(kind, current, wanted)
        return kind.create(_request(stack, wanted))
    assert kind.update is not None
    return kind.update(_request(stack, wanted, current), current.made)


def is_replaced(current: Deployed, wanted: Deployed) -> bool:
    """Whether the way from `current` to `wanted` is a new resource."""
    if current.type_name != wanted.type_name:
        return True
    return _kind(wanted).needs_replacement(current.properties, wanted.properties)


def _check_name(kind: ResourceType, current: Deployed, wanted: Deployed) -> None:
    name = wanted.properties.get(kind.name_property or "")
    if name and name == current.properties.get(kind.name_property or ""):
        raise ResourceFailed(
            "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
            f"Rename {name} and update the stack again."
        )


def _kind(resource: Deployed) -> ResourceType:
    return resource_type(resource.type_name, resource.logical_id)


def _request(stack: Stack, resource: Deployed, previous: Deployed | None = None) -> Request:
    return Request(
        resource.logical_id,
        resource.type_name,
        stack.identity,
        resource.properties,
        resource.stack_tags,
        previous.properties if previous else {},
    )


def _attempt(work: Callable[[], _Result]) -> _Result:
    """Run a resource type's own code; whatever goes wrong there becomes the reason of a failed resource."""
    try:
        return work()
    except ClientError as err:
        error = err.response["Error"]
        raise ResourceFailed(
            f'Resource handler returned message: "{error["Message"]}" (HandlerErrorCode: {error["Code"]})'
        ) from err
    except ServiceException as err:
        raise ResourceFailed(err.message) from err
    except BotoCoreError as err:
        raise ResourceFailed(str(err)) from err
    except ResourceFailed:
        raise
    except Exception as err:
        # The boundary of CloudFormation: a stack must reach an end state whatever a resource type does.
        _log.exception("a resource type of the embedded AWS broke down")
        raise ResourceFailed(f"Internal Failure: {type(err).__name__}: {err}") from err
