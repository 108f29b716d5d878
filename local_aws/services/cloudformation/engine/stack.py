"""A stack: its resources, its events and its state."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from local_aws.services.cloudformation.resource import CreatedResource, Identity
from local_aws.services.cloudformation.template.blueprint import Blueprint
from local_aws.services.cloudformation.template.intrinsics import Scope, resolve
from local_aws.services.cloudformation.text import as_text

_log = logging.getLogger(__name__)


@dataclass
class Deployed:
    """A resource of a stack, as it was last made: from which definition, with which resolved properties."""

    logical_id: str
    type_name: str
    made: CreatedResource
    definition: Mapping[str, Any]
    properties: dict[str, Any]
    stack_tags: Mapping[str, str]
    depends_on: set[str]
    status: str = "CREATE_IN_PROGRESS"
    reason: str | None = None
    changed: datetime = field(default_factory=lambda: datetime.now(UTC))

    def policy(self, attribute: str) -> str:
        return str(self.definition.get(attribute, "Delete"))


@dataclass(frozen=True)
class Event:
    logical_id: str
    physical_id: str
    type_name: str
    status: str
    reason: str | None
    event_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    timestamp: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Stack:
    """`blueprint` is the one that the resources follow, or None while a first change set waits."""

    identity: Identity
    blueprint: Blueprint | None = None
    status: str = "REVIEW_IN_PROGRESS"
    reason: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    role_arn: str | None = None
    on_failure: str = "ROLLBACK"
    termination_protection: bool = False
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated: datetime | None = None
    deleted: datetime | None = None
    resources: dict[str, Deployed] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    outputs: list[dict[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def stack_id(self) -> str:
        return self.identity.stack_id

    @property
    def name(self) -> str:
        return self.identity.stack_name

    def move_to(self, status: str, reason: str | None = None) -> None:
        """Change the stack's own status, with its event."""
        self.status, self.reason = status, reason
        self._append(Event(self.name, self.stack_id, "AWS::CloudFormation::Stack", status, reason))

    def note(self, resource: Deployed, status: str, reason: str | None = None) -> None:
        """Change a resource's status, with its event."""
        resource.status, resource.reason, resource.changed = status, reason, datetime.now(UTC)
        self._append(
            Event(resource.logical_id, resource.made.physical_id, resource.type_name, status, reason)
        )

    def _append(self, event: Event) -> None:
        level = logging.WARNING if event.status.endswith("_FAILED") else logging.DEBUG
        _log.log(level, "%s: %s %s %s", self.name, event.logical_id, event.status, event.reason or "")
        self.events.append(event)

    def scope(self, blueprint: Blueprint) -> Scope:
        """What expressions of `blueprint` see, given the resources that exist now."""
        return replace(
            blueprint.base,
            physical_id=lambda name: self.resources[name].made.physical_id,
            attribute=self._attribute,
        )

    def _attribute(self, name: str, attribute: str) -> Any:
        return self.resources[name].made.attributes[attribute]

    def resolve_outputs(self, blueprint: Blueprint) -> list[dict[str, str]]:
        """The outputs of `blueprint`, given the resources that exist now."""
        scope = self.scope(blueprint)
        return [_output(key, resolve(item, scope)) for key, item in blueprint.outputs.items()]


def _output(key: str, item: Mapping[str, Any]) -> dict[str, str]:
    described = {"Description": item["Description"]} if "Description" in item else {}
    exported = {"ExportName": item["Export"]["Name"]} if "Export" in item else {}
    return {"OutputKey": key, "OutputValue": str(as_text(item["Value"])), **described, **exported}
