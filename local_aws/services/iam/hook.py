"""The place in moto where every request passes, and what is asked there."""

from __future__ import annotations

import re
import threading
from typing import Any

from moto.iam.access_control import PermissionResult
from moto.s3.models import s3_backends
from moto.sts.models import sts_backends

from local_aws.services.iam import s3_actions
from local_aws.services.iam.actions.checks import Check, checks_of, request_tags
from local_aws.services.iam.calls import Call, call_of
from local_aws.services.iam.evaluation import Request, Statement, Verdict, decide, statements_of
from local_aws.services.iam.key_policies import judge_key_use
from local_aws.services.iam.keys import key_checks
from local_aws.services.iam.matching import Context
from local_aws.services.iam.refusals import refusal
from local_aws.services.iam.roles import Caller, judge

# Signature version 4 in a header or a URL, then version 2 (presigned URLs by default) in a URL or a header.
_ACCESS_KEY = re.compile(r"(?:Credential=|AWSAccessKeyId=|^AWS )([^/:,\s&%]+)")
# Allowed whatever the policies say, even an explicit Deny.
_ALWAYS_ALLOWED = {("sts", "GetCallerIdentity")}
_READS = {"s3:GetObject", "s3:GetObjectVersion"}
_thread = threading.local()


def authorize(self: Any, iam_request_cls: type, resource: str = "*") -> None:
    """`ActionAuthenticatorMixin._authenticate_and_authorize_action`, for roles and with resources."""
    _thread.refused_deletions = []
    caller = _caller(self)
    if caller is None and not _bucket_policy(s3_actions.bucket_of(resource), self.current_account):
        return
    call = call_of(self)
    if (call.service, call.operation) in _ALWAYS_ALLOWED:
        return
    context = _context(call)
    if caller is None:
        _respect_bucket_policy(call, context)
    elif call.operation == "DeleteObjects":
        _authorize_each_deletion(caller, call, context)
    else:
        for check in checks_of(call):
            _require(caller, call, check, context)
        for check in key_checks(call):
            _require_key(caller, call, check, context)
        _hide_missing_objects(caller, call, context)


def identity_of(response: Any) -> dict[str, str]:
    """Who signed the request, as services keep it: ARN and unique id."""
    caller = _caller(response)
    if caller is None:
        account = response.current_account
        return {"Arn": f"arn:aws:iam::{account}:root", "PrincipalId": account}
    return {"Arn": caller.arn, "PrincipalId": caller.unique_id}


def get_permission(self: Any, action: str, resource: str) -> PermissionResult:
    """`FakeBucket.get_permission`: moto asks before `authorize`, and without a request to judge by.

    It takes any unmet Condition for a denial. Denials are `authorize`'s business; what remains here are the
    keys that a DeleteObjects call may not delete, and what a bucket policy opens to anonymous readers.
    """
    refused: list[str] = getattr(_thread, "refused_deletions", [])
    if resource in refused:
        # Each is asked for once; the connection's next request comes on the same thread.
        refused.remove(resource)
        return PermissionResult.DENIED
    decision = decide(_bucket_policy(self.name, self.account_id), Request(action, resource, dict(_TRANSPORT)))
    return PermissionResult.PERMITTED if decision.allowed else PermissionResult.NEUTRAL


def _require(caller: Caller, call: Call, check: Check, context: Context) -> None:
    judgement = judge(
        caller, check.action, check.resource, {**context, **check.context}, _policy_of(check.resource, call)
    )
    if not judgement.allowed:
        raise refusal(call, caller.arn, check.action, check.resource, judgement.reason)


def _require_key(caller: Caller, call: Call, check: Check, context: Context) -> None:
    judgement = judge_key_use(caller, check.action, check.resource, {**context, **check.context})
    if not judgement.allowed:
        raise refusal(call, caller.arn, check.action, check.resource, judgement.reason)


def _authorize_each_deletion(caller: Caller, call: Call, context: Context) -> None:
    """DeleteObjects answers 200 and reports each refused key; moto asks for them by `get_permission`."""
    for check in checks_of(call):
        policy = _policy_of(check.resource, call)
        if not judge(caller, check.action, check.resource, context, policy).allowed:
            _thread.refused_deletions.append(check.resource)


def _hide_missing_objects(caller: Caller, call: Call, context: Context) -> None:
    """Without s3:ListBucket, S3 does not tell that an object is missing: 403 instead of 404."""
    for check in checks_of(call):
        bucket = s3_actions.bucket_of(check.resource)
        if check.action in _READS and not _object_exists(call, check.resource):
            _require(caller, call, Check("s3:ListBucket", f"arn:aws:s3:::{bucket}"), context)


def _object_exists(call: Call, arn: str) -> bool:
    bucket, _, key = arn.removeprefix("arn:aws:s3:::").partition("/")
    backend = s3_backends[call.account_id]["aws"]
    if bucket not in backend.buckets:
        return True
    return backend.get_object(bucket, key) is not None or call.parameters.get("VersionId") is not None


def _respect_bucket_policy(call: Call, context: Context) -> None:
    """A Deny of a bucket policy holds for everybody, the administrator included."""
    administrator = f"arn:aws:iam::{call.account_id}:root"
    for check in checks_of(call):
        request = Request(check.action, check.resource, context, (administrator, call.account_id))
        if decide(_policy_of(check.resource, call), request).verdict is Verdict.EXPLICITLY_DENIED:
            reason = "with an explicit deny in a resource-based policy"
            raise refusal(call, administrator, check.action, check.resource, reason)


def _policy_of(resource: str, call: Call) -> list[Statement]:
    return _bucket_policy(s3_actions.bucket_of(resource), call.account_id) if call.service == "s3" else []


def _bucket_policy(name: str, account_id: str) -> list[Statement]:
    bucket = s3_backends[account_id]["aws"].buckets.get(name)
    if bucket is None or bucket.policy is None:
        return []
    return statements_of("bucket policy", bucket.policy.decode())


def _caller(response: Any) -> Caller | None:
    """The role session that signed the request; None for any other key, which is an administrator's."""
    signature = response.headers.get("Authorization") or response.uri
    found = _ACCESS_KEY.search(signature)
    if not found:
        return None
    sessions = sts_backends[response.current_account]["aws"]
    session = sessions.get_assumed_role_from_access_key(found[1])
    return Caller(session.role_arn, session.session_name, session.policy) if session else None


# The server speaks plain HTTP on the loopback device, where AWS's clients speak TLS.
_TRANSPORT = {"aws:securetransport": "true", "s3:tlsversion": "1.3"}


def _context(call: Call) -> Context:
    tags = {} if call.service == "s3" else request_tags(call.parameters)
    return {
        **_TRANSPORT,
        **(s3_actions.request_context(call.parameters) if call.service == "s3" else {}),
        **{f"aws:requesttag/{key.lower()}": value for key, value in tags.items()},
        **({"aws:tagkeys": list(tags)} if tags else {}),
        "aws:requestedregion": call.region,
        "aws:resourceaccount": call.account_id,
        "aws:sourceip": "127.0.0.1",
        "aws:useragent": call.user_agent,
        "s3:resourceaccount": call.account_id,
    }
