"""AWS's services as principals: which role one may assume, and whom a resource's own policy lets in.

Against confused deputies, such policies ask for whom the service acts. Which services say so is theirs to
document: Step Functions, SageMaker, EventBridge and S3 do, Lambda does not when it assumes a function's role.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.core.instance import Credentials, Instance
from local_aws.services.iam.evaluation import Request, Statement, decide, statements_of
from local_aws.services.iam.matching import Context
from local_aws.services.iam.roles import find_role, parsed


@dataclass(frozen=True)
class Source:
    """The resource for which a service acts. `account_id` is needed where the ARN has none (S3).

    A service that does not say aws:SourceAccount beside the ARN has `says_account` False.
    """

    arn: str
    account_id: str = ""
    says_account: bool = True

    @property
    def context(self) -> Context:
        account = {"aws:sourceaccount": self.account_id or self.arn.split(":")[4]}
        return {"aws:sourcearn": self.arn, **(account if self.says_account else {})}


class RoleNotAssumable(Exception):
    """A role's trust policy does not let a service assume it; `str(error)` says which and for whom."""


def trusts(role_arn: str, service: str, source: Source | None = None) -> bool:
    """Whether a role's trust policy lets a service principal such as states.amazonaws.com assume it."""
    role = find_role(role_arn)
    if role is None:
        return False
    policy = parsed("trust policy", role.assume_role_policy_document)
    return _allows(policy, "sts:AssumeRole", role_arn, service, source)


def assume(
    instance: Instance, role_arn: str, session_name: str, service: str, source: Source | None = None
) -> Credentials:
    """Credentials of a role for a service. Raises RoleNotAssumable."""
    if not trusts(role_arn, service, source):
        on_behalf = f" for {source.arn}" if source else ""
        raise RoleNotAssumable(f"The trust policy of {role_arn} does not let {service} assume it{on_behalf}.")
    return instance.assume(role_arn, session_name)


def lets_in(
    policy: Iterable[Mapping[str, Any]], service: str, action: str, resource: str, source: Source
) -> bool:
    """Whether the statements of a resource's own policy let a service do `action` on it."""
    statements = statements_of("resource policy", {"Statement": list(policy)})
    return _allows(statements, action, resource, service, source)


def _allows(
    statements: Iterable[Statement], action: str, resource: str, service: str, source: Source | None
) -> bool:
    context = {
        "aws:principalisawsservice": "true",
        "aws:securetransport": "true",
        **(source.context if source else {}),
    }
    return decide(statements, Request(action, resource, context, (service,))).allowed
