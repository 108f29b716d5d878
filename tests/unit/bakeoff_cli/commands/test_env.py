from __future__ import annotations

import json

import pytest

from tests.unit.bakeoff_cli.conftest import Invoke
from tests.unit.bakeoff_cli.fakes import Account


def test_it_prints_what_each_function_was_deployed_with(invoke: Invoke, account: Account) -> None:
    account.cloudformation.functions = {"PlanRunFunction": "bakeoff-plan-1a", "StartRunFunction": "start-2b"}
    account.functions.variables = {
        "bakeoff-plan-1a": {"BAKEOFF_BUCKET": "a-bucket"},
        "start-2b": {"BAKEOFF_STATE_MACHINE_ARN": "arn:x"},
    }
    result = invoke("env")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "PlanRunFunction": {"BAKEOFF_BUCKET": "a-bucket"},
        "StartRunFunction": {"BAKEOFF_STATE_MACHINE_ARN": "arn:x"},
    }
    assert "--env-vars env.json" in result.stderr
    assert "127.0.0.1" not in result.stderr


def test_an_aws_on_this_machine_is_not_where_a_container_looks_for_it(
    invoke: Invoke, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.cloudformation.functions = {"PlanRunFunction": "plan"}
    account.functions.variables = {"plan": {"BAKEOFF_BUCKET": "a-bucket"}}
    monkeypatch.setattr(account.cloudformation.meta, "endpoint_url", "http://127.0.0.1:4566")
    result = invoke("env")
    assert json.loads(result.stdout)["PlanRunFunction"] == {
        "BAKEOFF_BUCKET": "a-bucket",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
    }
    assert "--docker-network host" in result.stderr and "host.docker.internal" in result.stderr


def test_a_stack_without_functions_is_one_line(invoke: Invoke, account: Account) -> None:
    result = invoke("env")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "bakeoff: The stack 'bakeoff' has no functions: it is no Bakeoff stack.\n"
