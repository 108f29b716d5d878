from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from bakeoff_cli.errors import StackNotFound
from bakeoff_cli.stack.stack import Stack, find_stack
from tests.unit.bakeoff_cli.fakes import BUCKET, MACHINE, Account, arn_of, client_error


def test_a_stack_is_found_by_its_outputs() -> None:
    stack = find_stack(Account().aws, "bakeoff")
    assert stack == Stack("bakeoff", BUCKET, MACHINE)
    assert stack.execution_arn("run-1") == arn_of("run-1")


def test_an_unknown_stack_is_named_with_its_region() -> None:
    with pytest.raises(StackNotFound, match=r"no stack named 'other' in us-east-1.*--stack-name"):
        find_stack(Account().aws, "other")


def test_a_stack_without_the_outputs_tells_its_status() -> None:
    account = Account()
    account.cloudformation.outputs = {"BucketName": BUCKET}
    account.cloudformation.status = "CREATE_IN_PROGRESS"
    with pytest.raises(
        StackNotFound, match=r"no output StateMachineArn \(its status is CREATE_IN_PROGRESS\)"
    ):
        find_stack(account.aws, "bakeoff")


def test_a_refusal_is_not_taken_for_a_missing_stack() -> None:
    account = Account()
    account.cloudformation.error = client_error("AccessDenied", "Not for you.", "DescribeStacks")
    with pytest.raises(ClientError):
        find_stack(account.aws, "bakeoff")
