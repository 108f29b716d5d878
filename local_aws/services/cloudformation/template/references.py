"""Finds what an expression refers to, and the order in which resources can be made.

moto 5.2.5 makes a resource when another one first asks for it, whatever DependsOn says on the way, and meets
a circle as a RecursionError.
"""

from __future__ import annotations

import graphlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from local_aws.services.cloudformation.errors import refuse
from local_aws.services.cloudformation.template.intrinsics import (
    chosen,
    function_name,
    placeholders,
    sub_parts,
)


class Reference(NamedTuple):
    name: str
    attribute: str | None


def references(value: Any, conditions: Mapping[str, bool]) -> Iterator[Reference]:
    """Every `Ref`, `Fn::GetAtt` and `${...}` in the branches that the conditions select."""
    if isinstance(value, list):
        for item in value:
            yield from references(item, conditions)
    elif isinstance(value, dict):
        name = function_name(value)
        if name in _FINDERS:
            yield from _FINDERS[name](value[name], conditions)
        else:
            for member in value.values():
                yield from references(member, conditions)


def _of_ref(argument: Any, conditions: Mapping[str, bool]) -> Iterator[Reference]:
    yield Reference(argument, None)


def _of_get_att(argument: Any, conditions: Mapping[str, bool]) -> Iterator[Reference]:
    name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
    yield Reference(name, attribute if isinstance(attribute, str) else None)


def _of_sub(argument: Any, conditions: Mapping[str, bool]) -> Iterator[Reference]:
    text, variables = sub_parts(argument)
    yield from references(list(variables.values()), conditions)
    for placeholder in placeholders(text):
        if placeholder not in variables:
            name, _, attribute = placeholder.partition(".")
            yield Reference(name, attribute or None)


def _of_if(argument: Any, conditions: Mapping[str, bool]) -> Iterator[Reference]:
    yield from references(chosen(argument, conditions), conditions)


_FINDERS = {"Ref": _of_ref, "Fn::GetAtt": _of_get_att, "Fn::Sub": _of_sub, "Fn::If": _of_if}


def in_order(dependencies: Mapping[str, set[str]]) -> list[str]:
    """The names, each after everything it depends on; a circle is refused."""
    try:
        return list(graphlib.TopologicalSorter(dependencies).static_order())
    except graphlib.CycleError as err:
        circle = ", ".join(sorted(set(err.args[1])))
        refuse(f"Circular dependency between resources: [{circle}]")
