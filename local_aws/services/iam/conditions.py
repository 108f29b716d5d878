"""The Condition element of a policy.

An operator or key that is not known here raises UnsupportedCondition, and the caller must fail closed: to
guess would accept locally what AWS refuses.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import ipaddress
import operator
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from local_aws.services.iam.matching import Context, arn_matches, matches, substituted

Compare = Callable[[str, str, Context], bool]
"""(wanted value of the policy, actual value of the request, context) -> whether they fit."""

_FOR_ALL = "forallvalues"
_FOR_ANY = "foranyvalue"


class UnsupportedCondition(Exception):
    """A condition operator or key that the embedded AWS does not know."""


def holds(conditions: Mapping[str, Mapping[str, object]], context: Context) -> bool:
    """Whether every operator and every key of a Condition element holds for the request."""
    # All are looked at even when one fails, so that an unsupported one never hides behind another.
    results = [
        _holds(operator_name, key, _values(wanted), context)
        for operator_name, keys in conditions.items()
        for key, wanted in keys.items()
    ]
    return all(results)


def _holds(name: str, key: str, wanted: list[str], context: Context) -> bool:
    _require_known(key)
    qualifier, _, plain = name.rpartition(":")
    plain, if_exists = (plain[:-8], True) if plain.lower().endswith("ifexists") else (plain, False)
    actual = context.get(key.lower())
    if plain.lower() == "null":
        return (actual is None) == (wanted[0].lower() == "true")
    compare, negated = _operator(plain, name)
    if actual is None:
        return _holds_without_value(qualifier.lower(), negated=negated, if_exists=if_exists)
    values = [actual] if isinstance(actual, str) else list(actual)
    return _quantifier(qualifier, name)(_fits(compare, negated, wanted, value, context) for value in values)


def _holds_without_value(qualifier: str, *, negated: bool, if_exists: bool) -> bool:
    if qualifier == _FOR_ANY:
        return False
    return if_exists or negated or qualifier == _FOR_ALL


def _fits(compare: Compare, negated: bool, wanted: list[str], actual: str, context: Context) -> bool:
    return any(compare(value, actual, context) for value in wanted) != negated


def _quantifier(qualifier: str, name: str) -> Callable[..., bool]:
    if qualifier.lower() == _FOR_ALL:
        return all
    if qualifier.lower() in (_FOR_ANY, ""):
        return any
    raise UnsupportedCondition(f"the condition operator {name} is not known to the embedded AWS")


def _operator(plain: str, name: str) -> tuple[Compare, bool]:
    try:
        return _OPERATORS[plain.lower()]
    except KeyError:
        raise UnsupportedCondition(
            f"the condition operator {name} is not known to the embedded AWS: add it to conditions.py"
        ) from None


def _require_known(key: str) -> None:
    lowered = key.lower()
    if lowered not in KNOWN_KEYS and not lowered.startswith(KNOWN_FAMILIES):
        raise UnsupportedCondition(
            f"the condition key {key} is not known to the embedded AWS: add it to KNOWN_KEYS and the context"
        )


def _values(wanted: object) -> list[str]:
    values = wanted if isinstance(wanted, list) else [wanted]
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in values]


def _string_equals(wanted: str, actual: str, context: Context) -> bool:
    return substituted(wanted, context) == actual


def _string_equals_ignoring_case(wanted: str, actual: str, context: Context) -> bool:
    text = substituted(wanted, context)
    return text is not None and text.lower() == actual.lower()


def _bool(wanted: str, actual: str, context: Context) -> bool:
    return wanted.lower() == actual.lower()


def _ip_address(wanted: str, actual: str, context: Context) -> bool:
    return ipaddress.ip_address(actual) in ipaddress.ip_network(wanted, strict=False)


def _numbers(compare: Callable[[float, float], bool]) -> Compare:
    return lambda wanted, actual, context: compare(float(actual), float(wanted))


def _dates(compare: Callable[[datetime, datetime], bool]) -> Compare:
    return lambda wanted, actual, context: compare(_moment(actual), _moment(wanted))


def _moment(text: str) -> datetime:
    if text.isdigit():
        return datetime.fromtimestamp(int(text), UTC)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _ordered(prefix: str, make: Callable[..., Compare]) -> dict[str, tuple[Compare, bool]]:
    return {
        f"{prefix}equals": (make(operator.eq), False),
        f"{prefix}notequals": (make(operator.eq), True),
        f"{prefix}lessthan": (make(operator.lt), False),
        f"{prefix}lessthanequals": (make(operator.le), False),
        f"{prefix}greaterthan": (make(operator.gt), False),
        f"{prefix}greaterthanequals": (make(operator.ge), False),
    }


# Operator in lower case -> how one pair of values is compared, and whether the operator negates it.
_OPERATORS: Mapping[str, tuple[Compare, bool]] = {
    "stringequals": (_string_equals, False),
    "stringnotequals": (_string_equals, True),
    "stringequalsignorecase": (_string_equals_ignoring_case, False),
    "stringnotequalsignorecase": (_string_equals_ignoring_case, True),
    "stringlike": (matches, False),
    "stringnotlike": (matches, True),
    "arnequals": (arn_matches, False),
    "arnnotequals": (arn_matches, True),
    "arnlike": (arn_matches, False),
    "arnnotlike": (arn_matches, True),
    "bool": (_bool, False),
    "ipaddress": (_ip_address, False),
    "notipaddress": (_ip_address, True),
    **_ordered("numeric", _numbers),
    **_ordered("date", _dates),
}

# Keys that the context fills whenever AWS would; a key that is known but absent was absent from the request.
KNOWN_KEYS: frozenset[str] = frozenset(
    key.lower()
    for key in (
        "aws:CurrentTime",
        "aws:EpochTime",
        "aws:PrincipalAccount",
        "aws:PrincipalArn",
        "aws:PrincipalIsAWSService",
        "aws:PrincipalType",
        "aws:RequestedRegion",
        "aws:ResourceAccount",
        "aws:SecureTransport",
        "aws:SourceIp",
        "aws:TagKeys",
        "aws:UserAgent",
        "aws:ViaAWSService",
        "aws:userid",
        # Only a service that acts on its own behalf brings these, so a role's request never has them.
        "aws:SourceAccount",
        "aws:SourceArn",
        "cloudwatch:namespace",
        "iam:PassedToService",
        "kms:CallerAccount",
        "kms:GrantIsForAWSResource",
        "kms:ViaService",
        "s3:RequestObjectTagKeys",
        "s3:ResourceAccount",
        "s3:TlsVersion",
        "s3:VersionId",
        "s3:delimiter",
        "s3:max-keys",
        "s3:prefix",
        "s3:x-amz-acl",
        "s3:x-amz-copy-source",
        "s3:x-amz-server-side-encryption",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
        "s3:x-amz-storage-class",
        "sagemaker:ModelApprovalStatus",
        "sagemaker:ModelLifeCycle:Stage",
        "sagemaker:ModelLifeCycle:StageStatus",
    )
)
KNOWN_FAMILIES: tuple[str, ...] = ("aws:requesttag/", "aws:principaltag/", "kms:encryptioncontext:")
