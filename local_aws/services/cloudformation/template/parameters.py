"""Gives a stack's parameters their values: defaults, types and constraints, with CloudFormation's messages.

moto 5.2.5 checks no constraint, splits given lists but not default ones, and respells numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from local_aws.services.cloudformation.errors import refuse
from local_aws.services.cloudformation.text import as_text

_LIST_TYPES = ("CommaDelimitedList", "List<Number>")
_TYPES = ("String", "Number", *_LIST_TYPES)


def parameter_values(declared: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """Every parameter's value as text; a missing, unknown or unfit value is refused."""
    unknown = [name for name in given if name not in declared]
    if unknown:
        refuse(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    values = {name: given.get(name, as_text(slot.get("Default"))) for name, slot in declared.items()}
    missing = [name for name, value in values.items() if value is None]
    if missing:
        refuse(f"Parameters: [{', '.join(missing)}] must have values")
    present = {name: str(value) for name, value in values.items()}
    for name, value in present.items():
        _check(name, declared[name], value)
    return present


def typed(declared: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, str | list[str]]:
    """What `Ref` answers for each parameter: text, or the trimmed items of a list. An empty list is a list of
    an empty text, as on AWS.
    """
    return {
        name: (_items(value) or [""]) if _is_list(declared[name]) else value for name, value in values.items()
    }


def _is_list(slot: Mapping[str, Any]) -> bool:
    return slot["Type"] in _LIST_TYPES


def _items(value: str) -> list[str]:
    return [item.strip() for item in value.split(",")] if value else []


def _check(name: str, slot: Mapping[str, Any], value: str) -> None:
    if slot.get("Type") not in _TYPES:
        refuse(
            f"The embedded AWS does not implement the type {slot.get('Type')} of parameter {name}; "
            f"it knows {', '.join(_TYPES)}."
        )
    for item in _items(value) if _is_list(slot) else [value]:
        fault = next(_faults(slot, item), None)
        if fault and "ConstraintDescription" in slot:
            refuse(f"Parameter {name} failed to satisfy constraint: {slot['ConstraintDescription']}")
        if fault:
            refuse(f"Parameter '{name}' {fault}")


def _faults(slot: Mapping[str, Any], value: str) -> Iterator[str]:
    if "AllowedValues" in slot and value not in [as_text(allowed) for allowed in slot["AllowedValues"]]:
        yield "must be one of AllowedValues"
    if "AllowedPattern" in slot and not re.fullmatch(slot["AllowedPattern"], value):
        yield f"must match pattern {slot['AllowedPattern']}"
    if len(value) < int(slot.get("MinLength", 0)):
        yield f"must contain at least {slot['MinLength']} characters"
    if "MaxLength" in slot and len(value) > int(slot["MaxLength"]):
        yield f"must contain at most {slot['MaxLength']} characters"
    if "Number" in slot["Type"]:
        yield from _number_faults(slot, value)


def _number_faults(slot: Mapping[str, Any], value: str) -> Iterator[str]:
    try:
        number = float(value)
    except ValueError:
        yield "must be a number"
        return
    if "MinValue" in slot and number < float(slot["MinValue"]):
        yield f"must be a number not less than {slot['MinValue']}"
    if "MaxValue" in slot and number > float(slot["MaxValue"]):
        yield f"must be a number not greater than {slot['MaxValue']}"
