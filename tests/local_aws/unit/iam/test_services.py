"""Resource policies that let a service in, or do not."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.services.iam.services import Source, lets_in

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
RULE = "arn:aws:events:us-east-1:123456789012:rule/mine"
ALLOW: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": {"Service": "events.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
    "Resource": FUNCTION,
}


def permits(*statements: dict[str, Any]) -> bool:
    return lets_in(statements, "events.amazonaws.com", "lambda:InvokeFunction", FUNCTION, Source(RULE))


def with_source(arn: str) -> dict[str, Any]:
    return {**ALLOW, "Condition": {"ArnLike": {"AWS:SourceArn": arn}}}


@pytest.mark.parametrize(
    "statements",
    [
        [ALLOW],
        [with_source(RULE)],
        [with_source("arn:aws:events:*:*:rule/mine")],
        [{**ALLOW, "Action": ["lambda:*"]}],
        [{**ALLOW, "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}],
        [with_source("other"), ALLOW],
    ],
)
def test_a_statement_that_fits_permits(statements: list[dict[str, Any]]) -> None:
    assert permits(*statements)


@pytest.mark.parametrize(
    "statements",
    [
        [],
        [with_source("arn:aws:events:us-east-1:123456789012:rule/yours")],
        [{**ALLOW, "Principal": {"Service": "s3.amazonaws.com"}}],
        [{**ALLOW, "Principal": {"AWS": "123456789012"}}],
        [{**ALLOW, "Action": "lambda:GetFunction"}],
        [{**ALLOW, "Resource": f"{FUNCTION}-other"}],
        [{**ALLOW, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}],
        [{**ALLOW, "Condition": {"StringEquals": {"aws:SourceAccount": "210987654321"}}}],
        [ALLOW, {**ALLOW, "Effect": "Deny"}],
    ],
)
def test_anything_else_does_not(statements: list[dict[str, Any]]) -> None:
    assert not permits(*statements)


def test_a_bucket_s_arn_has_no_account_so_the_service_names_it() -> None:
    statement = {
        **ALLOW,
        "Principal": {"Service": "s3.amazonaws.com"},
        "Condition": {"StringEquals": {"AWS:SourceAccount": "123456789012"}},
    }
    for account, permitted in (("123456789012", True), ("210987654321", False)):
        source = Source("arn:aws:s3:::bucket", account)
        assert (
            lets_in([statement], "s3.amazonaws.com", "lambda:InvokeFunction", FUNCTION, source) is permitted
        )
