"""A role's permissions: its policies, its limits, and the verdict of all of them together."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends

from local_aws.mends.iam.evaluation import Decision, Request, Statement, Verdict, decide, statements_of
from local_aws.mends.iam.matching import Context
from local_aws.mends.iam.records import Denial, UsedStatement, note_denial, note_use

_PARTITION = "aws"


@dataclass(frozen=True)
class Caller:
    """A session of a role. `session_policy` narrows what the role may do, if the session has one."""

    role_arn: str
    session_name: str
    session_policy: str | None = None

    @property
    def role_name(self) -> str:
        return self.role_arn.split("/")[-1]

    @property
    def account_id(self) -> str:
        return self.role_arn.split(":")[4]

    @property
    def arn(self) -> str:
        return f"arn:aws:sts::{self.account_id}:assumed-role/{self.role_name}/{self.session_name}"

    @property
    def principals(self) -> tuple[str, ...]:
        return (self.role_arn, self.arn, self.account_id, f"arn:aws:iam::{self.account_id}:root")


@dataclass(frozen=True)
class Judgement:
    """`reason` completes AWS's sentence "... is not authorized to perform ..."; empty when allowed."""

    reason: str = ""

    @property
    def allowed(self) -> bool:
        return not self.reason


def judge(
    caller: Caller, action: str, resource: str, context: Context, resource_policy: Iterable[Statement] = ()
) -> Judgement:
    """Whether a role session may do `action` on `resource`; the answer is recorded.

    An Allow of the resource's own policy is enough within one account, as in AWS.
    """
    role = _role(caller.role_arn)
    request = Request(action, resource, {**context, **_context(caller, role)}, caller.principals)
    identity = decide(_identity_statements(role), request)
    by_resource = decide(resource_policy, request)
    limits = {name: decide(statements, request) for name, statements in _limits(caller, role)}
    reason = _reason(action, identity, by_resource, limits)
    if reason:
        note_denial(Denial(caller.role_name, action, resource))
    elif identity.statement:
        note_use(UsedStatement(caller.role_name, identity.statement.policy, identity.statement.sid))
    return Judgement(reason)


def allowed(role_arn: str, action: str, resource: str, context: Context | None = None) -> bool:
    """Whether a role may do something that a service does on its behalf, outside of any API call."""
    return judge(Caller(role_arn, "service"), action, resource, context or {}).allowed


def trusts(role_arn: str, service: str, context: Context | None = None) -> bool:
    """Whether a role's trust policy lets a service principal such as lambda.amazonaws.com assume it."""
    role = _role(role_arn)
    if role is None:
        return False
    known = {"aws:sourceaccount": role_arn.split(":")[4], **(context or {})}
    request = Request("sts:AssumeRole", role_arn, known, (service,))
    return decide(_parsed("trust policy", role.assume_role_policy_document), request).allowed


def _reason(action: str, identity: Decision, by_resource: Decision, limits: dict[str, Decision]) -> str:
    decisions = {"identity-based": identity, "resource-based": by_resource, **limits}
    problems = "".join(f" ({problem})" for each in decisions.values() for problem in each.problems)
    for kind, decision in decisions.items():
        if decision.verdict is Verdict.EXPLICITLY_DENIED:
            return f"with an explicit deny in {_article(kind)} {_policy(kind)}{problems}"
    if not (identity.allowed or by_resource.allowed):
        return f"because no identity-based policy allows the {action} action{problems}"
    for kind, decision in limits.items():
        if not decision.allowed:
            return f"because no {_policy(kind)} allows the {action} action{problems}"
    return ""


def _policy(kind: str) -> str:
    return kind if kind == "permissions boundary" else f"{kind} policy"


def _article(kind: str) -> str:
    return "an" if kind[0] in "aeiou" else "a"


def _role(arn: str) -> Any:
    try:
        return iam_backends[arn.split(":")[4]][_PARTITION].get_role_by_arn(arn)
    except NotFoundException:
        # A deleted role may do nothing, but its sessions still name it.
        return None


def _identity_statements(role: Any) -> list[Statement]:
    if role is None:
        return []
    inline = [each for name, document in role.policies.items() for each in _parsed(name, document)]
    managed = [each for policy in role.managed_policies.values() for each in _managed(policy)]
    return inline + managed


def _limits(caller: Caller, role: Any) -> list[tuple[str, list[Statement]]]:
    limits = []
    if role is not None and role.permissions_boundary_arn:
        policies = iam_backends[caller.account_id][_PARTITION].managed_policies
        limits.append(("permissions boundary", _managed(policies[role.permissions_boundary_arn])))
    if caller.session_policy:
        limits.append(("session", list(_parsed("session policy", caller.session_policy))))
    return limits


def _managed(policy: Any) -> list[Statement]:
    document = next(version.document for version in policy.versions if version.is_default)
    return list(_parsed(policy.name, document))


@functools.lru_cache(maxsize=512)
def _parsed(name: str, document: str) -> tuple[Statement, ...]:
    return tuple(statements_of(name, document))


def _context(caller: Caller, role: Any) -> Context:
    now = datetime.now(UTC)
    tags = {
        f"aws:principaltag/{tag['Key'].lower()}": tag["Value"] for tag in (role.tags if role else []) or []
    }
    return {
        **tags,
        "aws:currenttime": now.isoformat(timespec="seconds"),
        "aws:epochtime": str(int(now.timestamp())),
        "aws:principalaccount": caller.account_id,
        "aws:principalarn": caller.role_arn,
        "aws:principalisawsservice": "false",
        "aws:principaltype": "AssumedRole",
        "aws:userid": f"{role.id if role else ''}:{caller.session_name}",
        "aws:viaawsservice": "false",
    }
