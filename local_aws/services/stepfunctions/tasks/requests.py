"""The arguments of a task as the request of an AWS operation, checked as Step Functions checks them.

Names are PascalCase in a workflow, whatever the service calls them; names that the operation does not have,
missing ones and values of another type are refused (the messages are those of AWS).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from local_aws.core.models import service_model
from local_aws.services.stepfunctions.interpreter.quotas import compact_json

# Stands for what only an execution can know: it fits everywhere.
DYNAMIC = object()

_TYPES: dict[str, tuple[type, ...]] = {
    "blob": (str, bytes),
    "boolean": (bool,),
    "double": (int, float),
    "float": (int, float),
    "integer": (int,),
    "list": (list,),
    "long": (int,),
    "map": (dict,),
    "string": (str,),
    "structure": (dict,),
    "timestamp": (str, int, float),
}


@cache
def operation(service: str, action: str) -> OperationModel | None:
    """The operation that `action` (camelCase, as in a task's Resource) names, or None if there is none."""
    model = service_model(service)
    name = pascal_case(action)
    return model.operation_model(name) if action and name in model.operation_names else None


def pascal_case(name: str) -> str:
    return name[:1].upper() + name[1:]


class Request:
    """`arguments` of a task as `parameters` for a boto3 client, with the `problems` found on the way.

    `stringify` lets JSON stand where the service wants a string of JSON, as AWS SDK integrations do.
    `supported` are the fields that Step Functions knows, by default all of the operation's.
    """

    def __init__(
        self,
        arguments: Any,
        shape: StructureShape | None,
        *,
        stringify: bool = False,
        supported: Collection[str] | None = None,
    ) -> None:
        self.problems: list[str] = [] if supported is None else unsupported(arguments, supported)
        self._stringify = stringify
        self.parameters: dict[str, Any] = self._structure(arguments, shape) if shape is not None else {}

    def _value(self, name: str, value: Any, shape: Shape) -> Any:
        if value is DYNAMIC:
            return value
        if self._stringify and shape.type_name == "string" and not isinstance(value, str):
            return compact_json(value)
        if not _fits(value, shape):
            self.problems.append(f'The value for the field "{name}" must be of type {shape.type_name}')
            return value
        if isinstance(shape, StructureShape):
            return self._structure(value, shape)
        if isinstance(shape, ListShape):
            return [self._value(name, item, shape.member) for item in value]
        if isinstance(shape, MapShape):
            return {key: self._value(f"{name}.{key}", item, shape.value) for key, item in value.items()}
        return value

    def _structure(self, value: Mapping[str, Any], shape: StructureShape) -> dict[str, Any]:
        members = {pascal_case(member): member for member in shape.members}
        for name in value:
            if name not in members and (problem := _unsupported(name)) not in self.problems:
                self.problems.append(problem)
        for member in shape.required_members:
            if pascal_case(member) not in value:
                self.problems.append(f'The field "{pascal_case(member)}" is required but was missing')
        return {
            members[name]: self._value(name, item, shape.members[members[name]])
            for name, item in value.items()
            if name in members
        }


def unsupported(arguments: Collection[str], supported: Collection[str]) -> list[str]:
    """A problem for each name of an argument that is not among the supported ones."""
    return [_unsupported(name) for name in arguments if name not in supported]


def _unsupported(name: str) -> str:
    return f'The field "{name}" is not supported by Step Functions'


def _fits(value: Any, shape: Shape) -> bool:
    expected = _TYPES[shape.type_name]
    if isinstance(value, bool):
        return bool in expected
    return isinstance(value, expected)
