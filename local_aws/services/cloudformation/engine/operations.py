"""The four things that happen to a stack: create, update, roll back, delete; each ends in a final state."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from local_aws.services.cloudformation.engine.convergence import Converged, converge, remove
from local_aws.services.cloudformation.engine.stack import Deployed, Stack
from local_aws.services.cloudformation.template.blueprint import Blueprint


def create(stack: Stack) -> None:
    """Make every resource of the stack's blueprint; on failure do what `stack.on_failure` says."""
    assert stack.blueprint is not None
    outcome = converge(stack, stack.blueprint)
    if outcome.failure is None:
        stack.move_to("CREATE_COMPLETE")
    elif stack.on_failure == "DO_NOTHING":
        stack.move_to("CREATE_FAILED", outcome.failure)
    elif stack.on_failure == "DELETE":
        delete(stack, reason=f"{outcome.failure} Delete requested by user.")
    else:
        _roll_back_creation(stack, f"{outcome.failure} Rollback requested by user.")


def update(stack: Stack, blueprint: Blueprint) -> None:
    """Bring the stack from its blueprint to `blueprint`, or back when a resource fails."""
    before = stack.blueprint
    assert before is not None
    known = set(stack.resources)
    outcome = converge(stack, blueprint)
    if outcome.failure is not None:
        _roll_back_update(stack, before, known, outcome)
        return
    stack.blueprint, stack.tags = blueprint, blueprint.tags
    stack.move_to("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
    _clean_up(stack, blueprint, outcome)
    stack.move_to("UPDATE_COMPLETE")


def delete(stack: Stack, retained: Collection[str] = (), reason: str = "User Initiated") -> None:
    """Delete every resource that its DeletionPolicy does not keep."""
    stack.move_to("DELETE_IN_PROGRESS", reason)
    failed = remove(stack, list(stack.resources.values()), "DeletionPolicy", retained)
    if failed:
        stack.move_to("DELETE_FAILED", f"The following resource(s) failed to delete: [{', '.join(failed)}]. ")
        return
    stack.deleted = datetime.now(UTC)
    stack.move_to("DELETE_COMPLETE")


def _roll_back_creation(stack: Stack, reason: str) -> None:
    stack.move_to("ROLLBACK_IN_PROGRESS", reason)
    failed = _undo_creation(stack, list(stack.resources.values()))
    _end(stack, failed, "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")


def _roll_back_update(stack: Stack, before: Blueprint, known: Collection[str], outcome: Converged) -> None:
    stack.move_to("UPDATE_ROLLBACK_IN_PROGRESS", outcome.failure)
    substitutes = [stack.resources[old.logical_id] for old in outcome.replaced]
    stack.resources.update({old.logical_id: old for old in outcome.replaced})
    back = converge(stack, before)
    if back.failure is not None:
        stack.move_to("UPDATE_ROLLBACK_FAILED", back.failure)
        return
    stack.move_to("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
    added = [resource for name, resource in stack.resources.items() if name not in known]
    failed = [name for made in (added, substitutes, back.replaced) for name in _undo_creation(stack, made)]
    _end(stack, failed, "UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")


def _undo_creation(stack: Stack, resources: list[Deployed]) -> list[str]:
    """Delete what this very operation created; of the policies only Retain holds then."""
    kept = [resource.logical_id for resource in resources if resource.policy("DeletionPolicy") == "Retain"]
    return remove(stack, resources, "", kept)


def _clean_up(stack: Stack, blueprint: Blueprint, outcome: Converged) -> None:
    """Delete what the update left behind. CloudFormation completes an update even when that fails."""
    dropped = [resource for name, resource in stack.resources.items() if name not in blueprint.resources]
    remove(stack, dropped, "DeletionPolicy")
    for resource in dropped:
        stack.resources.pop(resource.logical_id, None)
    remove(stack, outcome.replaced, "UpdateReplacePolicy")


def _end(stack: Stack, failed: list[str], complete: str, incomplete: str) -> None:
    if failed:
        stack.move_to(incomplete, f"The following resource(s) failed to delete: [{', '.join(failed)}]. ")
    else:
        stack.move_to(complete)
