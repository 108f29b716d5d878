"""Resource policies that let EventBridge in, or do not."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.mends.eventbridge.permissions import permits

RULE = "arn:aws:events:us-east-1:123456789012:rule/mine"
ALLOW: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": {"Service": "events.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
}


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
    assert permits(statements, "lambda:InvokeFunction", RULE)


@pytest.mark.parametrize(
    "statements",
    [
        [],
        [with_source("arn:aws:events:us-east-1:123456789012:rule/yours")],
        [{**ALLOW, "Principal": {"Service": "s3.amazonaws.com"}}],
        [{**ALLOW, "Principal": {"AWS": "*"}}],
        [{**ALLOW, "Action": "lambda:GetFunction"}],
        [{**ALLOW, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}],
        [ALLOW, {**ALLOW, "Effect": "Deny"}],
    ],
)
def test_anything_else_does_not(statements: list[dict[str, Any]]) -> None:
    assert not permits(statements, "lambda:InvokeFunction", RULE)
