"""Policy evaluation: does a set of statements allow an action on a resource?

Pure: knows neither moto nor HTTP. Source:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import enum
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local_aws.services.iam.conditions import UnsupportedCondition, holds
from local_aws.services.iam.matching import Context, arn_matches, matches

# In an older policy, and in one that does not say, `${...}` is plain text.
_VERSION_WITH_VARIABLES = "2012-10-17"


@dataclass(frozen=True)
class Request:
    """One action on one resource. `context` holds condition keys in lower case; `principals` are the caller's
    names as a Principal element may spell them (none for an anonymous caller)."""

    action: str
    resource: str
    context: Context = field(default_factory=dict)
    principals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statement:
    """One statement of a policy document; `policy` and `sid` say where it stands."""

    policy: str
    sid: str
    effect: str
    element: Mapping[str, Any] = field(repr=False, compare=False)


class Verdict(enum.Enum):
    ALLOWED = "allowed"
    IMPLICITLY_DENIED = "no statement allows it"
    EXPLICITLY_DENIED = "a Deny statement matches"


@dataclass(frozen=True)
class Decision:
    """`statement` decided (none for an implicit denial); `problems` are conditions beyond judgement."""

    verdict: Verdict
    statement: Statement | None = None
    problems: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        return self.verdict is Verdict.ALLOWED


def statements_of(policy: str, document: str | Mapping[str, Any]) -> list[Statement]:
    """The statements of a policy document; `policy` is the name under which they are reported."""
    parsed = json.loads(document) if isinstance(document, str) else document
    elements = _as_list(parsed.get("Statement", []))
    if parsed.get("Version") != _VERSION_WITH_VARIABLES:
        # `${$}` is how a newer policy writes a dollar that begins no variable.
        elements = json.loads(json.dumps(elements).replace("${", "${$}{"))
    return [
        Statement(policy, str(element.get("Sid", f"statement {number}")), element["Effect"], element)
        for number, element in enumerate(elements, start=1)
    ]


def decide(statements: Iterable[Statement], request: Request) -> Decision:
    """Deny beats Allow beats nothing. What cannot be judged denies: an Allow does not count, a Deny does."""
    allowing: Statement | None = None
    problems: list[str] = []
    for statement in statements:
        if not _concerns(statement.element, request):
            continue
        try:
            applies = holds(statement.element.get("Condition") or {}, request.context)
        except UnsupportedCondition as problem:
            problems.append(f"{statement.policy}, {statement.sid}: {problem}")
            applies = statement.effect == "Deny"
        if applies and statement.effect == "Deny":
            return Decision(Verdict.EXPLICITLY_DENIED, statement, tuple(problems))
        if applies:
            allowing = allowing or statement
    verdict = Verdict.ALLOWED if allowing else Verdict.IMPLICITLY_DENIED
    return Decision(verdict, allowing, tuple(problems))


def _concerns(element: Mapping[str, Any], request: Request) -> bool:
    return (
        _action_fits(element, request)
        and _resource_fits(element, request)
        and _principal_fits(element, request)
    )


def _action_fits(element: Mapping[str, Any], request: Request) -> bool:
    if "NotAction" in element:
        return not _any_action(element["NotAction"], request.action)
    return _any_action(element["Action"], request.action)


def _any_action(patterns: Any, action: str) -> bool:
    return any(matches(pattern, action, ignore_case=True) for pattern in _as_list(patterns))


def _resource_fits(element: Mapping[str, Any], request: Request) -> bool:
    """A trust policy has no Resource element: it speaks about the role that it belongs to."""
    if "NotResource" in element:
        return not _any_resource(element["NotResource"], request)
    return "Resource" not in element or _any_resource(element["Resource"], request)


def _any_resource(patterns: Any, request: Request) -> bool:
    return any(arn_matches(pattern, request.resource, request.context) for pattern in _as_list(patterns))


def _principal_fits(element: Mapping[str, Any], request: Request) -> bool:
    """An identity policy has no Principal element: it speaks about whom it is attached to."""
    if "NotPrincipal" in element:
        return not _any_principal(element["NotPrincipal"], request.principals)
    return "Principal" not in element or _any_principal(element["Principal"], request.principals)


def _any_principal(wanted: Any, principals: Sequence[str]) -> bool:
    names = [wanted] if isinstance(wanted, str) else [n for group in wanted.values() for n in _as_list(group)]
    return any(name == "*" or name in principals for name in names)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
