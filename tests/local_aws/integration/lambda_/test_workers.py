"""A forked process is what a fresh one would be, and dies as one would."""

from __future__ import annotations

import sys
from typing import Any

import psutil
import pytest

from local_aws.core.instance import Instance
from local_aws.services.lambda_.interpreter import installed
from local_aws.services.lambda_.workers import start
from tests.local_aws.integration.lambda_.conftest import DeployFunction, Invoke, zipped
from tests.patience import eventually
from tests.processes import alive

FORK_SERVER = "forking/server.py"
SURROUNDINGS = """
    import boto3, os, signal, sys, threading
    def facts():
        own = {"AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "AWS_ACCESS_KEY_ID", "HOME", "TMPDIR",
               "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_FUNCTION_NAME", "_X_AMZN_TRACE_ID",
               "_LAMBDA_TELEMETRY_LOG_FD", "AWS_LAMBDA_LOG_GROUP_NAME"}
        return {
            "path": sys.path, "argv": sys.argv, "orig_argv": sys.orig_argv, "folder": os.getcwd(),
            "flags": str(sys.flags), "environment": {k: v for k, v in os.environ.items() if k not in own},
            "signals": [str(signal.getsignal(number)) for number in range(1, 32)],
            "mask": list(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
            "leads": os.getsid(0) == os.getpgid(0) == os.getpid(), "threads": threading.active_count(),
            "session": str(boto3.DEFAULT_SESSION), "encodings": [sys.stdout.encoding, sys.stderr.encoding],
            "errors": [sys.stdin.errors, sys.stdout.errors], "prefixes": [sys.prefix, sys.executable],
            "main": sys.modules["__main__"].__spec__.name, "files": len(os.listdir("/proc/self/fd")),
        }
    FACTS = facts()
    def handler(event, context):
        return [os.getppid(), FACTS]
"""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks")


def is_forked(parent: int) -> bool:
    return any(FORK_SERVER in word for word in psutil.Process(parent).cmdline())


def test_a_forked_process_is_what_a_fresh_one_would_be(
    instance: Instance, deploy_function: DeployFunction, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = deploy_function(
        SURROUNDINGS, Environment={"Variables": {"COLOUR": "red", "PYTHONPATH": "/opt/own:/opt/own"}}
    )
    parent, forked = invoke(name)
    assert is_forked(parent)

    monkeypatch.setattr(start, "is_possible", lambda variables: False)
    instance.client("lambda").update_function_configuration(FunctionName=name, Timeout=599)
    parent, fresh = invoke(name)

    assert not is_forked(parent)
    assert forked == fresh


def test_the_system_shows_the_command_and_the_variables_of_a_function(
    deploy_function: DeployFunction, invoke: Invoke
) -> None:
    name = deploy_function("""
        import os
        def handler(event, context):
            return [os.getpid(), dict(os.environ)]
    """)

    pid, variables = invoke(name)

    shown = psutil.Process(pid)
    assert " ".join(shown.cmdline()).split() == [
        str(installed().executable),
        "-m",
        "awslambdaric",
        "app.handler",
    ]
    # The runtime client adds and removes one as it goes.
    changed = {"_X_AMZN_TRACE_ID", "_LAMBDA_TELEMETRY_LOG_FD"}
    assert {k: v for k, v in shown.environ().items() if k not in changed} == {
        k: v for k, v in variables.items() if k not in changed
    }


@pytest.mark.parametrize("module", ["jmespath", "getpass", "boto3"])
def test_a_module_of_the_function_comes_before_one_of_the_runtime(
    deploy_function: DeployFunction, invoke: Invoke, module: str
) -> None:
    source = f"""
        import {module}
        def handler(event, context):
            return {module}.__file__
    """
    name = deploy_function(source, {f"{module}/__init__.py": ""})

    assert invoke(name).endswith(f"{module}/__init__.py")
    assert "site-packages" not in invoke(name)


@pytest.mark.parametrize("module", ["jmespath", "boto3"])
def test_a_module_of_a_layer_comes_before_one_of_the_runtime(
    instance: Instance, deploy_function: DeployFunction, invoke: Invoke, module: str
) -> None:
    layer = instance.client("lambda").publish_layer_version(
        LayerName=f"own-{module}", Content={"ZipFile": zipped({f"python/{module}.py": "search = own = 1"})}
    )["LayerVersionArn"]
    source = f"""
        import {module}
        def handler(event, context):
            return {module}.own
    """

    assert invoke(deploy_function(source, Layers=[layer])) == 1


@pytest.mark.parametrize(
    ("variables", "expression", "expected"),
    [
        ({"PYTHONOPTIMIZE": "2"}, "sys.flags.optimize", 2),
        # As in Lambda, the function's folder is the working folder.
        ({"PYTHONPATH": "lib"}, "sys.path[1] == os.path.join(os.getcwd(), 'lib')", True),
    ],
)
def test_what_an_interpreter_reads_at_its_start_is_obeyed(
    deploy_function: DeployFunction,
    invoke: Invoke,
    variables: dict[str, str],
    expression: str,
    expected: object,
) -> None:
    source = f"""
        import os, sys
        def handler(event, context):
            return {expression}
    """

    assert invoke(deploy_function(source, Environment={"Variables": variables})) == expected


def test_environments_end_with_their_fork_server_and_another_takes_its_place(
    deploy_function: DeployFunction, invoke: Invoke
) -> None:
    name = deploy_function("""
        import os
        def handler(event, context):
            return [os.getpid(), os.getppid()]
    """)
    pid, parent = invoke(name)
    worker = psutil.Process(pid)

    psutil.Process(parent).kill()

    eventually(lambda: not alive(worker))
    # A moment passes until the end is heard of; what is sent meanwhile ends as an error of the environment.
    eventually(lambda: isinstance(invoke(name), list))
    answer: Any = invoke(name)
    assert answer[0] != pid
    assert is_forked(answer[1])
