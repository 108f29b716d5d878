"""Calls an AWS API with values from a template, where a number may be a text and a text a number.

CloudFormation converts values to the type of the property. The shapes that botocore knows say which type
that is, and botocore refuses a member that the API does not have, so nothing is dropped on the way.
"""

from __future__ import annotations

import json
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from local_aws.services.cloudformation.errors import refuse
from local_aws.services.cloudformation.text import as_text


def call(client: Any, operation: str, **parameters: Any) -> Any:
    """Call `client.operation` with `parameters` converted to the types of its input."""
    api_name = client.meta.method_to_api_mapping[operation]
    shape = client.meta.service_model.operation_model(api_name).input_shape
    return getattr(client, operation)(**convert(parameters, shape))


def convert(value: Any, shape: Shape) -> Any:
    """`value` with the scalar types of `shape`; members that `shape` lacks stay as they are."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        members = shape.members
        return {key: convert(part, members[key]) if key in members else part for key, part in value.items()}
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {as_text(key): convert(part, shape.value) for key, part in value.items()}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [convert(part, shape.member) for part in value]
    return _scalar(value, shape.type_name)


def json_text(document: Any) -> str:
    """A policy or other JSON document as the text that APIs take."""
    return document if isinstance(document, str) else json.dumps(document)


def boolean(value: Any) -> bool:
    """A template's true or false, which may be a text."""
    return as_text(value) == "true"


def require_known(value: dict[str, Any], known: str, where: str) -> dict[str, Any]:
    """`value`, whose members are all among the words of `known`; another one is refused."""
    for name in value:
        if name not in known.split():
            refuse(f"The embedded AWS does not implement {name} in {where}.")
    return value


def _scalar(value: Any, type_name: str) -> Any:
    if isinstance(value, dict | list):
        return value
    if type_name in ("integer", "long"):
        return int(value)
    if type_name in ("float", "double"):
        return float(value)
    if type_name == "boolean":
        return boolean(value)
    return as_text(value) if type_name == "string" else value
