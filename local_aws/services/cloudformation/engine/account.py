"""The stacks, change sets and exports of an account and region, kept in moto's own backend.

They live there so that moto's reset and its tagging API see them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import wait
from typing import Any

from moto.cloudformation.models import CloudFormationBackend
from moto.cloudformation.parsing import Export

from local_aws.core.instance import current_instance
from local_aws.services.cloudformation.engine.change_sets import ChangeSet
from local_aws.services.cloudformation.engine.stack import Stack
from local_aws.services.cloudformation.errors import ChangeSetNotFound, refuse
from local_aws.services.cloudformation.resource import Identity

# A waiter of an SDK looks at once and then twice a minute: most stacks are done within this time.
_PATIENCE_SECONDS = 5.0


class Account:
    """A view of moto's backend of one account and region."""

    def __init__(self, backend: CloudFormationBackend) -> None:
        self._stacks: dict[str, Any] = backend.stacks
        self._deleted: dict[str, Any] = backend.deleted_stacks
        self._change_sets: dict[str, Any] = backend.change_sets
        self._exports: dict[str, Export] = backend.exports
        self._region, self._account_id = backend.region_name, backend.account_id

    def identity(self, name: str) -> Identity:
        """The identity of a new stack."""
        arn = f"arn:aws:cloudformation:{self._region}:{self._account_id}:stack/{name}/{uuid.uuid4()}"
        return Identity(arn, name, self._region, self._account_id)

    def keep_stack(self, stack: Stack) -> None:
        self._stacks[stack.stack_id] = stack

    def find(self, name_or_id: str) -> Stack | None:
        """A live stack by name or id, or a deleted one by id."""
        known = {**self._deleted, **self._stacks}
        by_name = {stack.name: stack for stack in self._stacks.values()}
        found: Stack | None = known.get(name_or_id) or by_name.get(name_or_id)
        return found

    def stack(self, name_or_id: str) -> Stack:
        return self.find(name_or_id) or refuse(f"Stack with id {name_or_id} does not exist")

    def stacks(self, *, deleted: bool = False) -> list[Stack]:
        return [*self._stacks.values(), *(self._deleted.values() if deleted else ())]

    def change_sets(self, stack: Stack) -> list[ChangeSet]:
        return [found for found in self._change_sets.values() if found.stack is stack]

    def change_set(self, name_or_id: str, stack_name: str | None) -> ChangeSet:
        found: ChangeSet | None = self._change_sets.get(name_or_id)
        if found is None and stack_name:
            stack = self.stack(stack_name)
            found = next((one for one in self.change_sets(stack) if one.name == name_or_id), None)
        if found is None:
            raise ChangeSetNotFound(f"ChangeSet [{name_or_id}] does not exist")
        return found

    def keep_change_set(self, change_set: ChangeSet) -> None:
        self._change_sets[change_set.change_set_id] = change_set

    def drop_change_set(self, change_set: ChangeSet) -> None:
        self._change_sets.pop(change_set.change_set_id, None)

    def exported(self, name: str) -> Any:
        """The value that some stack exports under `name`."""
        if name not in self._exports:
            refuse(f"No export named {name} found.")
        return self._exports[name].value

    def run(self, stack: Stack, operation: Callable[[], None]) -> None:
        """Do `operation` in the background, as CloudFormation does; a quick one is over when this returns."""

        def operate() -> None:
            with stack.lock:
                try:
                    operation()
                except Exception as err:
                    # The boundary of an operation's thread: whoever waits for the stack must see an end,
                    # even of a fault in this very engine.
                    stack.move_to(f"{stack.status.split('_')[0]}_FAILED", f"Internal Failure: {err!r}")
                    raise
                finally:
                    self._settle(stack)

        wait([current_instance().background(operate)], _PATIENCE_SECONDS)

    def _settle(self, stack: Stack) -> None:
        if stack.status == "DELETE_COMPLETE":
            self._stacks.pop(stack.stack_id, None)
            self._deleted[stack.stack_id] = stack
            for change_set in self.change_sets(stack):
                self.drop_change_set(change_set)
        for name in [
            name for name, export in self._exports.items() if export.exporting_stack_id == stack.stack_id
        ]:
            del self._exports[name]
        if stack.deleted is None:
            for output in stack.outputs:
                if "ExportName" in output:
                    name = output["ExportName"]
                    self._exports[name] = Export(stack.stack_id, name, output["OutputValue"])
