"""What a caller gets when a function fails, or when Lambda refuses."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.core.instance import Instance
from tests.local_aws.integration.lambda_.conftest import DeployFunction, Invoke, messages

WHO = """
    import os, time
    def handler(event, context):
        time.sleep(event.get("sleep", 0))
        return os.getpid()
"""


def failure(instance: Instance, name: str, event: Any = None) -> dict[str, Any]:
    """The error document of an invocation that must fail."""
    answer = instance.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event or {}))
    assert answer["FunctionError"] == "Unhandled"
    assert answer["StatusCode"] == 200
    document: dict[str, Any] = json.load(answer["Payload"])
    return document


def test_an_exception_is_reported_as_lambda_reports_it(
    instance: Instance, deploy_function: DeployFunction
) -> None:
    name = deploy_function("""
        class NoData(Exception):
            pass
        def handler(event, context):
            raise NoData("nothing\\nto do")
    """)

    document = failure(instance, name)

    assert (document["errorType"], document["errorMessage"]) == ("NoData", "nothing\nto do")
    assert "in handler" in document["stackTrace"][0]
    traceback = next(line for line in messages(instance, f"/aws/lambda/{name}") if "[ERROR]" in line)
    assert traceback.startswith("[ERROR] NoData: nothing\nto do\nTraceback (most recent call last):\n")


def test_a_function_that_takes_too_long_is_ended(
    instance: Instance, deploy_function: DeployFunction, invoke: Invoke
) -> None:
    name = deploy_function(WHO, Timeout=1)
    before = invoke(name)

    document = failure(instance, name, {"sleep": 60})

    assert document["errorType"] == "Sandbox.Timedout"
    assert re.fullmatch(
        r"RequestId: [0-9a-f-]{36} Error: Task timed out after 1.00 seconds", document["errorMessage"]
    )
    log = messages(instance, f"/aws/lambda/{name}")
    assert any(line.endswith("Task timed out after 1.00 seconds") for line in log)
    assert any("\tStatus: timeout" in line for line in log)
    assert invoke(name) != before


@pytest.mark.parametrize(
    ("ending", "reason"),
    [
        ("os._exit(3)", "exit status 3"),
        ("os.kill(os.getpid(), 9)", "signal: killed"),
        ("sys.exit(4)", "exit status 4"),
    ],
)
def test_a_process_that_ends_is_an_exit_error(
    instance: Instance, deploy_function: DeployFunction, ending: str, reason: str
) -> None:
    name = deploy_function(f"""
        import os, sys
        def handler(event, context):
            return {ending} if event else os.getpid()
    """)

    document = failure(instance, name, {"end": True})

    assert document["errorType"] == "Runtime.ExitError"
    assert document["errorMessage"].endswith(f"Error: Runtime exited with error: {reason}")
    # And the next invocation gets a new environment.
    assert json.load(instance.client("lambda").invoke(FunctionName=name)["Payload"]) > 0


@pytest.mark.parametrize(
    ("source", "handler", "error", "words"),
    [
        ("import nowhere", "app.handler", "Runtime.ImportModuleError", "No module named 'nowhere'"),
        ("def (", "app.handler", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app'"),
        ("x = 1", "app.handler", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'"),
        ("1 / 0", "app.handler", "ZeroDivisionError", "division by zero"),
        ("import os; os._exit(7)", "app.handler", "Runtime.ExitError", "exit status 7"),
    ],
)
def test_an_init_that_fails_says_why(
    instance: Instance, deploy_function: DeployFunction, source: str, handler: str, error: str, words: str
) -> None:
    document = failure(instance, deploy_function(source, Handler=handler))

    assert document["errorType"] == error
    assert words in document["errorMessage"]


def test_replies_and_payloads_over_the_limits_are_refused(
    instance: Instance, deploy_function: DeployFunction, invoke: Invoke
) -> None:
    name = deploy_function("""
        def handler(event, context):
            return "x" * event.get("characters", 1)
    """)
    client = instance.client("lambda")

    assert len(invoke(name, {"characters": 6_291_550})) == 6_291_550
    assert failure(instance, name, {"characters": 6_291_560})["errorType"] == "Function.ResponseSizeTooLarge"
    assert invoke(name) == "x"
    for kind, size in (("RequestResponse", 6_291_457), ("Event", 1_048_577)):
        with pytest.raises(ClientError, match="RequestTooLargeException") as caught:
            client.invoke(FunctionName=name, InvocationType=kind, Payload=json.dumps("x" * (size - 2)))
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413
    with pytest.raises(ClientError, match="InvalidRequestContentException"):
        client.invoke(FunctionName=name, Payload=b"{")


def test_an_unknown_function_is_not_found(instance: Instance) -> None:
    with pytest.raises(ClientError, match=r"ResourceNotFoundException.*Function not found"):
        instance.client("lambda").invoke(FunctionName="nobody")


def test_what_lambda_refuses_at_creation_is_refused(
    instance: Instance, deploy_function: DeployFunction, make_role: Any
) -> None:
    with pytest.raises(ClientError, match="cannot be assumed by Lambda"):
        deploy_function(WHO, Role=make_role(service="states.amazonaws.com"))
    with pytest.raises(ClientError, match=r"reserved keys.*AWS_REGION"):
        deploy_function(WHO, Environment={"Variables": {"AWS_REGION": "eu-west-1"}})
    with pytest.raises(ClientError, match="exceeded the 4KB limit"):
        deploy_function(WHO, Environment={"Variables": {"LONG": "x" * 4096}})


def test_another_language_is_refused_with_a_reason(
    instance: Instance, deploy_function: DeployFunction
) -> None:
    name = deploy_function("", Runtime="nodejs22.x")

    with pytest.raises(ClientError, match=r"runs Python functions in \.zip archives only"):
        instance.client("lambda").invoke(FunctionName=name)
