"""Checks a template's Rules: what their assertions refuse is refused before anything is made.

moto 5.2.5 ignores the section. Source of functions and arguments: "Rule functions" in the CloudFormation
template reference, which allows no others in a rule than these and Ref.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from local_aws.services.cloudformation.errors import refuse
from local_aws.services.cloudformation.template.intrinsics import function_name
from local_aws.services.cloudformation.text import as_text, names

_MEMBERS = names("RuleCondition Assertions")
_ASSERTION_MEMBERS = names("Assert AssertDescription")
_NAME = re.compile("[A-Za-z0-9]+")


@dataclass(frozen=True)
class RuleScope:
    """What a rule can see: what `Ref` answers for parameters and pseudo parameters, and the parameters'
    types, both by name.
    """

    values: Mapping[str, Any]
    types: Mapping[str, str]


def check_rules(rules: Mapping[str, Any], scope: RuleScope) -> None:
    """Refuse malformed rules, whether they apply or not, and then parameters that a rule forbids.

    The message is the assertion's AssertDescription, as on AWS.
    """
    for name, rule in rules.items():
        _check_shape(name, rule)
    for name, rule in rules.items():
        applies = "RuleCondition" not in rule or _truth(rule["RuleCondition"], scope)
        held = [(_truth(each["Assert"], scope), each) for each in rule["Assertions"]]
        for holds, assertion in held:
            if applies and not holds:
                refuse(assertion.get("AssertDescription", f"An assertion of the rule {name} does not hold."))


def _check_shape(name: str, rule: Any) -> None:
    if not _NAME.fullmatch(name):
        _malformed(f"Rule names must be alphanumeric, not {name}")
    if not isinstance(rule, dict) or not isinstance(rule.get("Assertions"), list) or not rule["Assertions"]:
        _malformed(f"Rule {name} must have a list of Assertions")
    _check_members(name, rule, _MEMBERS)
    for assertion in rule["Assertions"]:
        if not isinstance(assertion, dict) or "Assert" not in assertion:
            _malformed(f"Every assertion of rule {name} must have an Assert")
        _check_members(name, assertion, _ASSERTION_MEMBERS)
        if not isinstance(assertion.get("AssertDescription", ""), str):
            _malformed(f"Every AssertDescription of rule {name} must be a string")


def _check_members(name: str, value: Mapping[str, Any], known: frozenset[str]) -> None:
    for member in value:
        if member not in known:
            _malformed(f"Rule {name} has an unknown member {member}")


def _truth(expression: Any, scope: RuleScope) -> bool:
    value = _value(expression, scope)
    if not isinstance(value, bool):
        _malformed(f"A rule's condition or assertion must be true or false, not {expression}")
    return value


def _value(expression: Any, scope: RuleScope) -> Any:
    """A text, a list of texts or a truth."""
    if isinstance(expression, list):
        return [_text(item, scope) for item in expression]
    if not isinstance(expression, dict):
        return as_text(expression)
    name = function_name(expression)
    if name not in _FUNCTIONS:
        _malformed(f"Rules do not know {', '.join(expression) or 'an empty function'}")
    return _FUNCTIONS[name](expression[name], scope)


def _text(expression: Any, scope: RuleScope) -> str:
    value = _value(expression, scope)
    if not isinstance(value, str):
        _malformed(f"A rule expected a text where {expression} stands")
    return value


def _texts(expression: Any, scope: RuleScope) -> list[str]:
    value = _value(expression, scope)
    if not isinstance(value, list):
        _malformed(f"A rule expected a list of texts where {expression} stands")
    return value


def _arguments(name: str, given: Any, least: int, most: int) -> Sequence[Any]:
    if not isinstance(given, list) or not least <= len(given) <= most:
        wanted = str(least) if least == most else f"{least} to {most}"
        _malformed(f"{name} in a rule takes a list of {wanted}")
    return given


def _truths(name: str, given: Any, scope: RuleScope) -> list[bool]:
    # Each of them, so that a mistake is told whatever the others say.
    return [_truth(part, scope) for part in _arguments(name, given, 2, 10)]


def _all(given: Any, scope: RuleScope) -> bool:
    return all(_truths("Fn::And", given, scope))


def _any(given: Any, scope: RuleScope) -> bool:
    return any(_truths("Fn::Or", given, scope))


def _not(given: Any, scope: RuleScope) -> bool:
    return not _truth(_arguments("Fn::Not", given, 1, 1)[0], scope)


def _equals(given: Any, scope: RuleScope) -> bool:
    left, right = _arguments("Fn::Equals", given, 2, 2)
    return _text(left, scope) == _text(right, scope)


def _contains(given: Any, scope: RuleScope) -> bool:
    listed, wanted = _arguments("Fn::Contains", given, 2, 2)
    return _text(wanted, scope) in _texts(listed, scope)


def _each_member_equals(given: Any, scope: RuleScope) -> bool:
    listed, wanted = _arguments("Fn::EachMemberEquals", given, 2, 2)
    return set(_texts(listed, scope)) <= {_text(wanted, scope)}


def _each_member_in(given: Any, scope: RuleScope) -> bool:
    listed, allowed = _arguments("Fn::EachMemberIn", given, 2, 2)
    return set(_texts(listed, scope)) <= set(_texts(allowed, scope))


def _ref(name: Any, scope: RuleScope) -> Any:
    if not isinstance(name, str) or name not in scope.values:
        _malformed(f"A rule refers to {name}, which is no parameter")
    return scope.values[name]


def _ref_all(kind: Any, scope: RuleScope) -> list[str]:
    """The values of all parameters of a type."""
    found = [scope.values[name] for name, declared in scope.types.items() if declared == kind]
    return [text for value in found for text in (value if isinstance(value, list) else [value])]


def _attribute(name: str) -> Callable[[Any, RuleScope], Any]:
    def refused(given: Any, scope: RuleScope) -> Any:
        # These attributes belong to what parameters of AWS's own types (AWS::EC2::VPC::Id ...) name.
        refuse(f"The embedded AWS does not implement {name}, because it knows no parameters of AWS's types.")

    return refused


def _malformed(message: str) -> NoReturn:
    refuse(f"Template format error: {message}.")


_FUNCTIONS: Mapping[str | None, Callable[[Any, RuleScope], Any]] = {
    "Fn::And": _all,
    "Fn::Or": _any,
    "Fn::Not": _not,
    "Fn::Equals": _equals,
    "Fn::Contains": _contains,
    "Fn::EachMemberEquals": _each_member_equals,
    "Fn::EachMemberIn": _each_member_in,
    "Fn::RefAll": _ref_all,
    "Fn::ValueOf": _attribute("Fn::ValueOf"),
    "Fn::ValueOfAll": _attribute("Fn::ValueOfAll"),
    "Ref": _ref,
}
