"""A forked process is what a fresh one would be, and dies as one would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
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
    layer = layer_of(instance, {f"python/{module}.py": "search = own = 1"})
    source = f"""
        import {module}
        def handler(event, context):
            return {module}.own
    """

    assert invoke(deploy_function(source, Layers=[layer])) == 1


def layer_of(instance: Instance, files: dict[str, str]) -> str:
    """A new layer's version with these files."""
    published = instance.client("lambda").publish_layer_version(
        LayerName=f"own-{uuid.uuid4().hex[:8]}", Content={"ZipFile": zipped(files)}
    )
    return str(published["LayerVersionArn"])


def test_a_layer_without_packages_costs_no_server_of_its_own(
    instance: Instance, deploy_function: DeployFunction, invoke: Invoke
) -> None:
    packages = layer_of(instance, {"python/own.py": "colour = 'red'"})
    data = layer_of(instance, {"data.txt": "blue", "bin/tool": "true"})
    source = """
        import os, own
        from pathlib import Path
        text = Path(os.environ["DATA"])
        def handler(event, context):
            return [os.getppid(), own.colour, text.is_file() and text.read_text(), os.environ["PATH"]]
    """
    variables = {"Variables": {"DATA": "/opt/data.txt"}}

    plain = invoke(deploy_function(source, Layers=[packages], Environment=variables))
    with_data = invoke(deploy_function(source, Layers=[packages, data], Environment=variables))

    assert plain[:3] == [with_data[0], "red", False]
    assert with_data[1:3] == ["red", "blue"]
    first_on_the_path = with_data[3].split(os.pathsep)[0]
    assert Path(first_on_the_path, "tool").is_file()


POWERTOOLS = {
    "python/aws_lambda_powertools/__init__.py": "import os; debug = os.environ.get('POWERTOOLS_DEBUG')",
    "python/aws_lambda_powertools/logging/formatter.py": "",
    "python/aws_lambda_powertools/utilities/typing.py": "",
}


def test_functions_share_powertools_and_find_their_own_variables_in_it(
    instance: Instance, deploy_function: DeployFunction, invoke: Invoke
) -> None:
    layer = layer_of(instance, POWERTOOLS)
    source = """
        import sys
        LOADED = "aws_lambda_powertools" in sys.modules
        import aws_lambda_powertools
        def handler(event, context):
            return [LOADED, aws_lambda_powertools.debug]
    """

    def answer(**variables: str) -> Any:
        return invoke(deploy_function(source, Layers=[layer], Environment={"Variables": variables}))

    assert answer() == [True, None]
    assert answer(POWERTOOLS_DEBUG="1", POWERTOOLS_SERVICE_NAME="own") == [True, "1"]
    assert answer(POWERTOOLS_SERVICE_NAME="own") == [True, None]


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ({"python/other.py": ""}, "No module named 'aws_lambda_powertools'"),
        ({"python/aws_lambda_powertools.py": "import absent"}, "No module named 'absent'"),
    ],
)
def test_what_lambda_could_not_import_fails_here(
    instance: Instance,
    deploy_function: DeployFunction,
    invoke: Invoke,
    files: dict[str, str],
    error: str,
) -> None:
    source = """
        import aws_lambda_powertools
        def handler(event, context):
            return "imported"
    """
    failed = invoke(deploy_function(source, Layers=[layer_of(instance, files)]))

    assert failed["errorType"] == "Runtime.ImportModuleError"
    assert error in failed["errorMessage"]


def test_the_sdk_reads_its_data_once_for_all_functions(
    deploy_function: DeployFunction, invoke: Invoke
) -> None:
    name = deploy_function("""
        import sys
        opened = []
        sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == "open" else None)
        import boto3
        boto3.client("s3")
        READ = [each for each in opened if "/botocore/data/" in each]
        def handler(event, context):
            return READ
    """)
    assert invoke(name) == []


def test_a_service_of_the_functions_own_is_found(deploy_function: DeployFunction, invoke: Invoke) -> None:
    model = {
        "version": "2.0",
        "metadata": {
            "apiVersion": "2020-01-01",
            "endpointPrefix": "own",
            "protocol": "json",
            "serviceFullName": "Own",
            "serviceId": "Own",
            "signatureVersion": "v4",
            "targetPrefix": "Own",
        },
        "operations": {"Greet": {"name": "Greet", "http": {"method": "POST", "requestUri": "/"}}},
        "shapes": {},
    }
    source = """
        import boto3
        def handler(event, context):
            return [hasattr(boto3.client("own"), "greet"), hasattr(boto3.client("s3"), "get_object")]
    """
    name = deploy_function(
        source,
        {"models/own/2020-01-01/service-2.json": json.dumps(model)},
        Environment={"Variables": {"AWS_DATA_PATH": "models"}},
    )
    assert invoke(name) == [True, True]


RECORDED = """
import os, runpy, sys
import boto3, botocore.session
from types import SimpleNamespace

class Recording(type(os.environ)):
    def __getitem__(self, name):
        read.add(name)
        return super().__getitem__(name)

read = set()
# What a session reads is its own, and gone with it.
made = botocore.session.Session()
boto3.Session = lambda *given, **more: SimpleNamespace(client=lambda service: None)
botocore.session.Session = lambda: made
made.get_component("data_loader")
os.environ.__class__ = Recording
runpy.run_path(sys.argv[1])
assert "aws_lambda_powertools.utilities.typing" in sys.modules
print(*sorted(read))
"""


def test_what_powertools_reads_while_it_is_imported_is_shared_by_those_that_share_it() -> None:
    """The real one, of this environment."""
    command = [sys.executable, "-c", RECORDED, str(start.PRELOAD)]
    read = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()

    assert "POWERTOOLS_DEBUG" in read
    assert set(read) <= set(start.SHARED)


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
