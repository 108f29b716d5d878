"""moto 5.2.5 accepts any request; AWS checks it against its model first.

The model is botocore's: required members, lengths, ranges, patterns and enumerations, worded as AWS does.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from botocore import xform_name
from moto.sagemaker.exceptions import ValidationError

from local_aws.core.models import service_model


def validate(operation: str, request: dict[str, Any]) -> None:
    """Raise moto's ValidationError (code ValidationException) that lists every violation."""
    shape = service_model("sagemaker").operation_model(operation).input_shape
    found = list(_violations(shape, request, ""))
    if found:
        noun = "error" if len(found) == 1 else "errors"
        raise ValidationError(message=f"{len(found)} validation {noun} detected: {'; '.join(found)}")


def method_name(operation: str) -> str:
    """The name of moto's method for an operation: CreateModel -> create_model."""
    return xform_name(operation)


def _violations(shape: Any, value: Any, path: str) -> Iterator[str]:
    check = _CHECKS.get(shape.type_name, _scalar)
    yield from check(shape, value, path)


def _structure(shape: Any, value: dict[str, Any], path: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield _violation("null", _join(path, name), "Member must not be null")
    for name, member in shape.members.items():
        if value.get(name) is not None:
            yield from _violations(member, value[name], _join(path, name))


def _list(shape: Any, value: list[Any], path: str) -> Iterator[str]:
    yield from _bounds(shape, value, len(value), path)
    for position, item in enumerate(value, 1):
        yield from _violations(shape.member, item, f"{path}.{position}.member")


def _map(shape: Any, value: dict[str, Any], path: str) -> Iterator[str]:
    yield from _bounds(shape, value, len(value), path)
    for key, item in value.items():
        yield from _violations(shape.key, key, path)
        yield from _violations(shape.value, item, f"{path}.{key}")


def _scalar(shape: Any, value: Any, path: str) -> Iterator[str]:
    if isinstance(value, str):
        yield from _bounds(shape, value, len(value), path)
        yield from _text(shape, value, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _bounds(shape, value, value, path)


def _text(shape: Any, value: str, path: str) -> Iterator[str]:
    if value not in (shape.enum or [value]):
        yield _violation(value, path, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")
    pattern = shape.metadata.get("pattern")
    if pattern and (compiled := _compiled(pattern)) and not compiled.fullmatch(value):
        yield _violation(value, path, f"Member must satisfy regular expression pattern: {pattern}")


def _bounds(shape: Any, value: Any, size: float, path: str) -> Iterator[str]:
    what = "value" if size is value else "length"
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        yield _violation(value, path, f"Member must have {what} greater than or equal to {low}")
    if high is not None and size > high:
        yield _violation(value, path, f"Member must have {what} less than or equal to {high}")


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """None for the few patterns in the dialect of AWS that Python can't read (\\p{L} in tags, mostly)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        try:
            return re.compile(pattern)
        except re.error:
            return None


def _violation(value: Any, path: str, constraint: str) -> str:
    return f"Value '{value}' at '{path}' failed to satisfy constraint: {constraint}"


def _join(path: str, name: str) -> str:
    # AWS names members as its own code does: trainingJobName, resourceConfig.instanceCount.
    return f"{path}.{name[0].lower()}{name[1:]}".lstrip(".")


_CHECKS: dict[str, Callable[[Any, Any, str], Iterator[str]]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
}
