"""What a resource type has to provide, and what it gets to do so."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local_aws.core.instance import current_instance

_SUFFIX_LENGTH = 12
_ALPHABET = string.ascii_uppercase + string.digits


@dataclass(frozen=True)
class Identity:
    """Whose resources they are."""

    stack_id: str
    stack_name: str
    region: str
    account_id: str


@dataclass(frozen=True)
class Request:
    """One resource to create, update or delete, with every expression resolved.

    `previous` holds the properties before an update. `tags` are the resource's own and the stack's.
    """

    logical_id: str
    type_name: str
    identity: Identity
    properties: Mapping[str, Any]
    stack_tags: Mapping[str, str]
    previous: Mapping[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        return current_instance().client(service)

    @property
    def tags(self) -> dict[str, str]:
        given = self.properties.get("Tags", [])
        own = given if isinstance(given, Mapping) else {tag["Key"]: tag["Value"] for tag in given}
        return {**self.stack_tags, **{str(key): str(value) for key, value in own.items()}}

    @property
    def tag_list(self) -> list[dict[str, str]]:
        return [{"Key": key, "Value": value} for key, value in self.tags.items()]

    def name(self, name_property: str, longest: int = 64) -> str:
        """The given name, or one made of the stack's and the resource's, at most `longest` characters."""
        given = self.properties.get(name_property)
        return str(given) if given else self.generated_name(longest)

    def generated_name(self, longest: int) -> str:
        suffix = "".join(secrets.choice(_ALPHABET) for _ in range(_SUFFIX_LENGTH))
        room = longest - len(suffix) - 2
        stack_name = self.identity.stack_name[: max(room - len(self.logical_id), room // 2)]
        return f"{stack_name}-{self.logical_id[: room - len(stack_name)]}-{suffix}"

    def subset(self, *names: str) -> dict[str, Any]:
        """Those of the named properties that are given."""
        return {name: self.properties[name] for name in names if name in self.properties}


@dataclass(frozen=True)
class CreatedResource:
    """A resource that exists: what `Ref` and `Fn::GetAtt` answer."""

    physical_id: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ResourceType:
    """How to make one type of resource.

    `properties` are the ones that have an effect here (None: any); others are refused. `fixed` are those
    whose change needs a new resource; without `update` every change does. `name_property` is where a
    template may name it.
    """

    name: str
    create: Callable[[Request], CreatedResource]
    delete: Callable[[Request, CreatedResource], None]
    update: Callable[[Request, CreatedResource], CreatedResource] | None = None
    properties: frozenset[str] | None = None
    required: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    attributes: frozenset[str] | None = frozenset()
    name_property: str | None = None

    def needs_replacement(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
        if self.update is None:
            return True
        return any(old.get(name) != new.get(name) for name in self.fixed)
