"""Whether somebody may use a customer's key: its own policy comes first, then what a role allows."""

from __future__ import annotations

from moto.kms.models import Key, kms_backends

from local_aws.services.iam.evaluation import Request, Statement, decide, statements_of
from local_aws.services.iam.matching import Context
from local_aws.services.iam.questions import KEY_POLICY, Judgement
from local_aws.services.iam.roles import Caller, judge


def find_key(identifier: str, region: str, account_id: str) -> Key | None:
    """moto's model of a key by its id, its ARN or an alias; None when there is no such key."""
    backend = kms_backends[account_id][region]
    try:
        key: Key = backend.describe_key(identifier)
    except (KeyError, AttributeError):
        # An alias that nobody made is None to moto, and breaks what looks for its key.
        return None
    return key


def key_policy(arn: str) -> list[Statement]:
    """The statements of a key's own policy; without one of them allowing it, nobody may use the key."""
    _, _, _, region, account, resource = arn.split(":", 5)
    key = kms_backends[account][region].keys.get(resource.removeprefix("key/"))
    return statements_of("key policy", key.policy) if key else []


def judge_key_use(caller: Caller, action: str, arn: str, context: Context) -> Judgement:
    """Whether a role session may do `action` with a key; the answer is recorded."""
    policy = key_policy(arn)
    known = {**context, "kms:calleraccount": caller.account_id}
    return judge(caller, action, arn, known, policy, {KEY_POLICY: tuple(policy)})


def lets_role_use(arn: str, role_arn: str, action: str, context: Context) -> bool:
    """Whether a service that acts as a role may do `action` with a key."""
    return judge_key_use(Caller(role_arn, "service"), action, arn, context).allowed


def lets_service_use(arn: str, service: str, action: str, context: Context) -> bool:
    """Whether a key's policy lets a service do `action` in its own name."""
    return decide(key_policy(arn), Request(action, arn, context, (service,))).allowed
