"""Environments start ahead of need, and end with the configuration that they were made from."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from local_aws.core.instance import Instance
from local_aws.services.lambda_.configuration import Archive, Configuration, Invocation, Outcome
from local_aws.services.lambda_.invocation.service import LambdaService, trace_header
from tests.local_aws.integration.lambda_.conftest import DeployFunction, Invoke, packaged
from tests.patience import PATIENCE_SECONDS, eventually

WHO = """
    import os
    def handler(event, context):
        return [os.getpid(), os.environ.get("COLOUR")]
"""

SLEEPS_IN_HANDLER = """
    import time
    def handler(event, context):
        time.sleep(3600)
"""
SLEEPS_AT_START = """
    import time
    time.sleep(3600)
"""


def workers(name: str) -> list[int]:
    """Process ids of the environments of a function."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if process.environ().get("AWS_LAMBDA_FUNCTION_NAME") == name:
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def test_a_function_that_nobody_calls_has_no_process(
    instance: Instance, deploy_function: DeployFunction, invoke: Invoke
) -> None:
    name = deploy_function(WHO)
    instance.client("lambda").update_function_configuration(FunctionName=name, Timeout=30)

    invoke(deploy_function(WHO))

    assert workers(name) == []


def test_functions_of_a_workflow_start_with_its_execution(
    instance: Instance, deploy_function: DeployFunction, make_role: Callable[..., str], invoke: Invoke
) -> None:
    # Given a workflow that waits before it calls its function
    name, states = deploy_function(WHO), instance.client("stepfunctions")
    function = instance.client("lambda").get_function_configuration(FunctionName=name)["FunctionArn"]
    call = {"Type": "Task", "Resource": function, "TimeoutSeconds": 60, "End": True}
    wait = {"Type": "Wait", "Seconds": 999, "Next": "Call"}
    definition = {"StartAt": "Wait", "States": {"Wait": wait, "Call": call}}
    machine = states.create_state_machine(
        name=name, definition=json.dumps(definition), roleArn=make_role(service="states.amazonaws.com")
    )["stateMachineArn"]

    # When it is started
    execution = states.start_execution(stateMachineArn=machine)["executionArn"]

    # Then the function is ready before its turn has come
    assert eventually(lambda: len(workers(name)) == 1)
    ahead = workers(name)
    assert [invoke(name)[0]] == ahead
    states.stop_execution(executionArn=execution)
    states.delete_state_machine(stateMachineArn=machine)


def test_a_new_configuration_ends_the_environments_of_the_old_one(
    instance: Instance, deploy_function: DeployFunction, invoke: Invoke
) -> None:
    name, client = deploy_function(WHO), instance.client("lambda")
    first, _ = invoke(name)

    client.update_function_configuration(FunctionName=name, Environment={"Variables": {"COLOUR": "red"}})

    second, colour = invoke(name)
    assert (colour, second == first) == ("red", False)
    assert eventually(lambda: workers(name) == [second])


def test_new_code_is_what_runs_next(
    instance: Instance, deploy_function: DeployFunction, invoke: Invoke
) -> None:
    name = deploy_function(WHO)
    invoke(name)

    code = packaged("def handler(event, context): return 'new'")
    instance.client("lambda").update_function_code(FunctionName=name, ZipFile=code)

    assert invoke(name) == "new"


def test_a_deleted_function_has_no_processes(
    instance: Instance, deploy_function: DeployFunction, invoke: Invoke
) -> None:
    name = deploy_function(WHO)
    invoke(name)

    instance.client("lambda").delete_function(FunctionName=name)

    assert eventually(lambda: workers(name) == [])
    instance.client("lambda").create_function(
        FunctionName=name, Role=_any_role(instance), Runtime="python3.13", Handler="app.handler",
        Code={"ZipFile": packaged("def handler(event, context): return 'again'")},
    )  # fmt: skip
    assert invoke(name) == "again"


def test_closing_ends_every_process_and_leaves_no_files(instance: Instance, tmp_path: Path) -> None:
    # Given an instance of its own with a function that has run
    own = Instance(instance.endpoint_url, tmp_path)
    service = LambdaService(own)
    configuration = _configuration(instance)
    outcome = service.invoke(configuration, Invocation("1", b"{}", trace_header()))
    assert json.loads(outcome.payload)[0] in workers(configuration.function_name)

    # When the instance closes
    own.close()

    # Then nothing is left of it
    assert workers(configuration.function_name) == []
    assert not (tmp_path / "lambda" / "code").exists()


def _configuration(instance: Instance, **changes: Any) -> Configuration:
    arn = f"arn:aws:lambda:{instance.region}:{instance.account_id}:function:direct"
    settings: dict[str, Any] = {
        "function_name": "direct", "function_arn": arn, "version": "$LATEST", "handler": "app.handler",
        "runtime": "python3.13", "role_arn": _any_role(instance), "region": instance.region,
        "account_id": instance.account_id, "memory_mb": 128, "timeout_seconds": PATIENCE_SECONDS,
        "variables": (), "code": Archive("sha", packaged(WHO)), "layers": (),
        "log_group": "/aws/lambda/direct",
    }  # fmt: skip
    return Configuration(**{**settings, **changes})


def _any_role(instance: Instance) -> str:
    client = instance.client("iam")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = client.create_role(RoleName=f"any-{time.time_ns()}", AssumeRolePolicyDocument=document)
    return str(role["Role"]["Arn"])


def test_closing_cuts_short_what_is_starting_and_running(instance: Instance, tmp_path: Path) -> None:
    # Given one invocation that would take long, and one environment that would start for long
    own = Instance(instance.endpoint_url, tmp_path)
    service = LambdaService(own)
    running = _configuration(
        instance, function_name="running", code=Archive("run", packaged(SLEEPS_IN_HANDLER))
    )
    starting = _configuration(
        instance,
        function_name="starting",
        function_arn="arn:2",
        code=Archive("start", packaged(SLEEPS_AT_START)),
    )
    invocation = own.background(service.invoke, running, Invocation("1", b"{}", trace_header()))
    service.start_ahead(starting)
    assert eventually(lambda: bool(workers("running") and workers("starting")))

    # When the instance closes
    own.close()

    # Then both end early, and nothing starts any more
    assert workers("running") == workers("starting") == []
    outcome = invocation.result(PATIENCE_SECONDS)
    assert isinstance(outcome, Outcome) and json.loads(outcome.payload)["errorType"] == "Runtime.ExitError"
    with pytest.raises(RuntimeError, match="the embedded AWS is closing"):
        service.invoke(running, Invocation("2", b"{}", trace_header()))
