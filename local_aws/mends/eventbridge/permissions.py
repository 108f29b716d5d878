"""Whether a resource policy lets EventBridge in; AWS drops the event otherwise, and moto never asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

SERVICE = "events.amazonaws.com"


def permits(statements: Iterable[Mapping[str, Any]], action: str, rule_arn: str) -> bool:
    """True when a statement allows EventBridge `action` on behalf of the rule, and none denies it."""
    effects = {
        statement.get("Effect", "Allow") for statement in statements if _applies(statement, action, rule_arn)
    }
    return effects == {"Allow"}


def _applies(statement: Mapping[str, Any], action: str, rule_arn: str) -> bool:
    return (
        any(principal in {SERVICE, "*"} for principal in _principals(statement.get("Principal")))
        and any(fnmatchcase(action.lower(), pattern.lower()) for pattern in _listed(statement.get("Action")))
        and all(_holds(key, values, rule_arn) for key, values in _conditions(statement))
    )


def _principals(principal: Any) -> list[str]:
    return _listed(principal.get("Service")) if isinstance(principal, dict) else _listed(principal)


def _conditions(statement: Mapping[str, Any]) -> Iterable[tuple[str, list[str]]]:
    for tests in (statement.get("Condition") or {}).values():
        for key, values in tests.items():
            yield key.lower(), _listed(values)


def _holds(key: str, values: list[str], rule_arn: str) -> bool:
    known = {"aws:sourcearn": rule_arn, "aws:sourceaccount": rule_arn.split(":")[4]}
    return key in known and any(fnmatchcase(known[key], value) for value in values)


def _listed(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)
