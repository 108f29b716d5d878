"""A role's permissions: its policies, its limits, and what they say together."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends

from local_aws.services.iam.evaluation import Request, Statement, statements_of
from local_aws.services.iam.matching import Context
from local_aws.services.iam.questions import Judgement, Question, answer
from local_aws.services.iam.records import note

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
    def unique_id(self) -> str:
        """The role's id and the session's name."""
        role = find_role(self.role_arn)
        return f"{role.id if role else ''}:{self.session_name}"

    @property
    def principals(self) -> tuple[str, ...]:
        return (self.role_arn, self.arn, self.account_id, f"arn:aws:iam::{self.account_id}:root")


def judge(
    caller: Caller,
    action: str,
    resource: str,
    context: Context,
    resource_policy: Iterable[Statement] = (),
    bounds: Mapping[str, tuple[Statement, ...]] = MappingProxyType({}),
) -> Judgement:
    """Whether a role session may do `action` on `resource`; the answer is recorded.

    `bounds` are further policies, each of which has to allow it, too, by what they are called.
    """
    role = find_role(caller.role_arn)
    request = Request(action, resource, {**context, **_context(caller, role)}, caller.principals)
    limits = {**dict(_limits(caller, role)), **bounds}
    question = Question(caller.role_name, request, tuple(resource_policy), limits)
    judgement = answer(question, _identity_statements(role))
    note(question, judgement)
    return judgement


def allowed(role_arn: str, action: str, resource: str, context: Context | None = None) -> bool:
    """Whether a role may do something that a service does on its behalf, outside of any API call."""
    return judge(Caller(role_arn, "service"), action, resource, context or {}).allowed


def find_role(arn: str) -> Any:
    """moto's model of a role; None when there is no such role (any more)."""
    try:
        return iam_backends[arn.split(":")[4]][_PARTITION].get_role_by_arn(arn)
    except NotFoundException:
        # A deleted role may do nothing, but its sessions still name it.
        return None


def statements_of_role(role_arn: str) -> list[Statement]:
    """The statements of a role's own policies, inline and managed, as they are now."""
    return _identity_statements(find_role(role_arn))


def _identity_statements(role: Any) -> list[Statement]:
    if role is None:
        return []
    inline = [each for name, document in role.policies.items() for each in parsed(name, document)]
    managed = [each for policy in role.managed_policies.values() for each in _managed(policy)]
    return inline + managed


def _limits(caller: Caller, role: Any) -> list[tuple[str, tuple[Statement, ...]]]:
    limits = []
    if role is not None and role.permissions_boundary_arn:
        policies = iam_backends[caller.account_id][_PARTITION].managed_policies
        limits.append(("permissions boundary", tuple(_managed(policies[role.permissions_boundary_arn]))))
    if caller.session_policy:
        limits.append(("session", parsed("session policy", caller.session_policy)))
    return limits


def _managed(policy: Any) -> list[Statement]:
    document = next(version.document for version in policy.versions if version.is_default)
    return list(parsed(policy.name, document))


@functools.lru_cache(maxsize=512)
def parsed(name: str, document: str) -> tuple[Statement, ...]:
    """The statements of a policy document, read once."""
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
        "aws:userid": caller.unique_id,
        "aws:viaawsservice": "false",
    }
