"""Evaluates intrinsic functions and conditions.

moto 5.2.5 loses `AWS::NoValue` in lists, compares numbers with their text, mangles `$$` in `Fn::Sub`, cuts
attribute names at their second dot and takes an unknown function for data.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from local_aws.services.cloudformation.errors import refuse
from local_aws.services.cloudformation.text import as_text

_PLACEHOLDER = re.compile(r"\$\{(!?)\s*([^}!]*?)\s*\}")
NO_VALUE = object()


@dataclass(frozen=True)
class Scope:
    """What expressions can see.

    `values` are parameters and pseudo parameters, `conditions` are evaluated, `extended` tells whether the
    template declares AWS::LanguageExtensions; the functions answer for resources and other stacks' exports.
    """

    values: Mapping[str, Any]
    mappings: Mapping[str, Any]
    conditions: Mapping[str, bool]
    extended: bool
    physical_id: Callable[[str], Any]
    attribute: Callable[[str, str], Any]
    exported: Callable[[str], Any]

    def without_resources(self) -> Scope:
        """This scope for the places where CloudFormation allows parameters only."""

        def unknown(name: str, *_: str) -> Any:
            refuse(f"Template error: Unresolved dependencies [{name}]. Cannot reference resources here.")

        return replace(self, physical_id=unknown, attribute=unknown)


def resolve(value: Any, scope: Scope) -> Any:
    """`value` with every intrinsic function replaced by its result."""
    if isinstance(value, list):
        return [item for item in (resolve(item, scope) for item in value) if item is not NO_VALUE]
    if isinstance(value, str) and "{{resolve:" in value:
        refuse(f"The embedded AWS does not implement dynamic references: {value}")
    if not isinstance(value, dict):
        return value
    if name := function_name(value):
        return _call(name, value[name], scope)
    members = {key: resolve(member, scope) for key, member in value.items()}
    return {key: member for key, member in members.items() if member is not NO_VALUE}


def function_name(value: Mapping[str, Any]) -> str | None:
    """The intrinsic function that `value` calls, if it is a call."""
    name = next(iter(value)) if len(value) == 1 else ""
    return name if name == "Ref" or name.startswith("Fn::") else None


def placeholders(text: str) -> list[str]:
    """Names in the `${...}` of a `Fn::Sub` text, without the literal `${!...}`."""
    return [match[2] for match in _PLACEHOLDER.finditer(text) if not match[1]]


def sub_parts(argument: Any) -> tuple[str, Mapping[str, Any]]:
    """Text and variables of a `Fn::Sub`, short or long."""
    return (argument, {}) if isinstance(argument, str) else (argument[0], argument[1])


def evaluate_conditions(expressions: Mapping[str, Any], scope: Scope) -> dict[str, bool]:
    """The truth of every condition of the template."""
    results: dict[str, bool] = {}

    def truth(expression: Any, within: tuple[str, ...]) -> bool:
        (operator, operand), *_ = expression.items()
        if operator == "Condition":
            return named(operand, within)
        if operator in _COMBINATIONS:
            return _COMBINATIONS[operator]([truth(part, within) for part in operand])
        if operator == "Fn::Equals":
            left, right = (resolve(part, scope.without_resources()) for part in operand)
            return as_text(left) == as_text(right)
        refuse(f"Template error: {operator} is not a condition function.")

    def named(name: str, within: tuple[str, ...]) -> bool:
        if name in within or name not in expressions:
            refuse(f"Template error: unresolved or circular condition dependency {name}")
        if name not in results:
            results[name] = truth(expressions[name], (*within, name))
        return results[name]

    return {name: named(name, ()) for name in expressions}


_COMBINATIONS: dict[str, Callable[[list[bool]], bool]] = {
    "Fn::And": all,
    "Fn::Or": any,
    "Fn::Not": lambda parts: not parts[0],
}


def _call(name: str, argument: Any, scope: Scope) -> Any:
    if name in _EXTENDED and scope.extended:
        return _EXTENDED[name](argument, scope)
    if name not in _FUNCTIONS:
        refuse(f"Template error: the embedded AWS does not implement {name} in this template.")
    return _FUNCTIONS[name](argument, scope)


def _ref(name: Any, scope: Scope) -> Any:
    if name == "AWS::NoValue":
        return NO_VALUE
    return scope.values[name] if name in scope.values else scope.physical_id(name)


def _get_att(argument: Any, scope: Scope) -> Any:
    name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
    return scope.attribute(name, resolve(attribute, scope))


def _sub(argument: Any, scope: Scope) -> str:
    text, variables = sub_parts(argument)

    def filled(match: re.Match[str]) -> str:
        literal, name = match[1], match[2]
        if literal:
            return f"${{{name}}}"
        if name in variables:
            return _text(resolve(variables[name], scope))
        return _text(_get_att(name, scope) if "." in name else _ref(name, scope))

    return _PLACEHOLDER.sub(filled, text)


def _if(argument: Any, scope: Scope) -> Any:
    return resolve(chosen(argument, scope.conditions), scope)


def chosen(argument: Any, conditions: Mapping[str, bool]) -> Any:
    """The branch of a `Fn::If` that the conditions select."""
    name, when_true, when_false = argument
    if name not in conditions:
        refuse(f"Template error: unresolved condition dependency {name}")
    return when_true if conditions[name] else when_false


def _find_in_map(argument: Any, scope: Scope) -> Any:
    if len(argument) != 3:
        refuse("The embedded AWS does not implement default values of Fn::FindInMap.")
    name, first, second = (resolve(part, scope) for part in argument)
    try:
        return scope.mappings[name][first][second]
    except KeyError:
        refuse(f"Template error: Unable to get mapping for {name}::{first}::{second}")


def _select(argument: Any, scope: Scope) -> Any:
    index, items = resolve(argument[0], scope), resolve(argument[1], scope)
    if not 0 <= int(index) < len(items):
        refuse(f"Template error: Fn::Select cannot select nonexistent value at index {index}")
    return items[int(index)]


def _join(argument: Any, scope: Scope) -> str:
    return str(argument[0]).join(_text(item) for item in resolve(argument[1], scope))


def _split(argument: Any, scope: Scope) -> list[str]:
    return _text(resolve(argument[1], scope)).split(argument[0])


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        refuse(f"Template error: a text was expected where {json.dumps(value)} stands.")
    return str(as_text(value))


def _zones(argument: Any, scope: Scope) -> list[str]:
    region = resolve(argument, scope) or scope.values["AWS::Region"]
    return [f"{region}{letter}" for letter in "abc"]


_FUNCTIONS: dict[str, Callable[[Any, Scope], Any]] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::Select": _select,
    "Fn::Join": _join,
    "Fn::Split": _split,
    "Fn::GetAZs": _zones,
    "Fn::Base64": lambda argument, scope: base64.b64encode(_text(resolve(argument, scope)).encode()).decode(),
    "Fn::ImportValue": lambda argument, scope: scope.exported(_text(resolve(argument, scope))),
}
# What AWS::LanguageExtensions adds.
_EXTENDED: dict[str, Callable[[Any, Scope], Any]] = {
    "Fn::ToJsonString": lambda argument, scope: json.dumps(resolve(argument, scope), separators=(",", ":")),
    "Fn::Length": lambda argument, scope: len(resolve(argument, scope)),
}
