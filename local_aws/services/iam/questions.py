"""One question to IAM, "may this role do this?", and how all policies together answer it.

Pure: knows neither moto nor HTTP, so that a recorded question can be asked again about other policies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from local_aws.services.iam.evaluation import Decision, Request, Statement, Verdict, decide

# AWS's word for a key's own policy in its refusals.
KEY_POLICY = "resource-based policy"


@dataclass(frozen=True)
class Question:
    """A request of a role (by name) with every policy that has a say in it, except the role's own.

    `limits` are policies that have to allow it, too, by what they are called: a permissions boundary.
    """

    role: str
    request: Request
    resource_policy: tuple[Statement, ...] = ()
    limits: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Judgement:
    """`reason` completes AWS's sentence "... is not authorized to perform ..."; empty when allowed.

    `statement` is the one of the role's own policies that allows it; None when another policy does, or none.
    """

    reason: str = ""
    statement: Statement | None = None

    @property
    def allowed(self) -> bool:
        return not self.reason


def answer(question: Question, own: Iterable[Statement]) -> Judgement:
    """The judgement when `own` are the statements of the role's own policies.

    An Allow of the resource's own policy is enough within one account, as in AWS, unless it names only the
    account: that leaves it to the roles' policies.
    """
    request = question.request
    identity = decide(own, request)
    by_resource = _by_resource(question.resource_policy, request)
    limits = {name: decide(statements, request) for name, statements in question.limits.items()}
    reason = _reason(request.action, identity, by_resource, limits)
    return Judgement(reason) if reason else Judgement(statement=identity.statement)


def _by_resource(policy: Sequence[Statement], request: Request) -> Decision:
    decision = decide(policy, request)
    if decision.verdict is Verdict.EXPLICITLY_DENIED:
        return decision
    own_names = tuple(name for name in request.principals if not _is_account(name))
    return decide(policy, replace(request, principals=own_names))


def _is_account(principal: str) -> bool:
    return principal.isdigit() or principal.endswith(":root")


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
    return kind if kind in ("permissions boundary", KEY_POLICY) else f"{kind} policy"


def _article(kind: str) -> str:
    return "an" if kind[0] in "aeiou" else "a"
