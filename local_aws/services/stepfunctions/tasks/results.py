"""A boto3 response as the JSON result of a task."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.response import StreamingBody

from local_aws.services.stepfunctions.json_values import timestamp
from local_aws.services.stepfunctions.tasks.requests import pascal_case


def to_result(value: Any, shape: Shape | None, write_time: Callable[[datetime], Any] = timestamp) -> Any:
    """What `shape` lists, in PascalCase, with text for bytes and `write_time` for times."""
    if isinstance(value, datetime):
        return write_time(value)
    if isinstance(value, StreamingBody):
        return value.read().decode(errors="replace")
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(shape, StructureShape):
        members = shape.members.items()
        return {
            pascal_case(name): to_result(value[name], member, write_time)
            for name, member in members
            if name in value
        }
    if isinstance(shape, ListShape):
        return [to_result(item, shape.member, write_time) for item in value]
    if isinstance(shape, MapShape):
        return {key: to_result(item, shape.value, write_time) for key, item in value.items()}
    return value if shape is not None else {}
