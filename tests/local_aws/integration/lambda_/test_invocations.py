"""What a function gets, and what its caller gets."""

from __future__ import annotations

import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from local_aws.core.instance import Instance
from tests.local_aws.integration.lambda_.conftest import DeployFunction, Invoke, packaged, zipped

WHO = """
    import os, time
    def handler(event, context):
        if folder := event.get("meet"):
            open(f"{folder}/{os.getpid()}", "w").close()
            while len(os.listdir(folder)) < 2:
                time.sleep(0.02)
        return os.getpid()
"""


SURROUNDINGS = """
    import os, sys, tempfile, pathlib
    def handler(event, context):
        return {
            "variables": dict(os.environ), "folder": os.getcwd(), "arguments": sys.argv,
            "temporary": tempfile.gettempdir(), "remaining_ms": context.get_remaining_time_in_millis(),
            "arn": context.invoked_function_arn, "request_id": context.aws_request_id,
            "memory": context.memory_limit_in_mb, "log_stream": context.log_stream_name,
            "client": context.client_context.custom if context.client_context else None,
        }
"""


def test_a_warm_environment_is_reused_and_a_busy_one_is_not(
    deploy_function: DeployFunction, invoke: Invoke, tmp_path: Path
) -> None:
    name = deploy_function(WHO)

    first, second = invoke(name), invoke(name)
    with ThreadPoolExecutor(2) as callers:
        together = list(callers.map(lambda _: invoke(name, {"meet": str(tmp_path)}), range(2)))

    assert first == second
    assert first in together and len(set(together)) == 2
    assert invoke(name) in together


def test_nothing_of_the_caller_leaks_into_a_function(
    instance: Instance, deploy_function: DeployFunction, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given an environment of the caller that a function must not see
    monkeypatch.setenv("CALLERS_SECRET", "x")
    monkeypatch.setenv("AWS_CA_BUNDLE_OF_CALLER", "x")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")

    # When a function starts
    name = deploy_function(SURROUNDINGS, Environment={"Variables": {"OWN": "value"}}, MemorySize=256)
    seen = invoke(name)

    # Then it sees its own variables and Lambda's
    variables = seen["variables"]
    assert not {"CALLERS_SECRET", "AWS_CA_BUNDLE_OF_CALLER"} & set(variables)
    assert "/elsewhere" not in variables["PYTHONPATH"]
    expected = {
        "OWN": "value",
        "AWS_REGION": instance.region,
        "AWS_DEFAULT_REGION": instance.region,
        "AWS_ENDPOINT_URL": instance.endpoint_url,
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": seen["log_stream"],
        "LAMBDA_TASK_ROOT": seen["folder"],
        "_HANDLER": "app.handler",
        "TZ": ":UTC",
    }
    assert expected.items() <= variables.items()
    assert re.fullmatch(
        r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0", variables["_X_AMZN_TRACE_ID"]
    )
    assert str(instance.work_dir) in seen["temporary"]


def test_the_context_tells_what_lambda_tells(instance: Instance, deploy_function: DeployFunction) -> None:
    name = deploy_function(SURROUNDINGS, Timeout=7)
    context = base64.b64encode(json.dumps({"custom": {"a": 1}}).encode()).decode()

    answer = instance.client("lambda").invoke(FunctionName=name, ClientContext=context)

    seen = json.load(answer["Payload"])
    assert seen["arn"] == f"arn:aws:lambda:{instance.region}:{instance.account_id}:function:{name}"
    assert 5_000 < seen["remaining_ms"] <= 7_000
    assert (seen["memory"], seen["client"]) == ("128", {"a": 1})
    assert answer["ExecutedVersion"] == "$LATEST"


def test_a_function_acts_under_its_own_role(
    instance: Instance, deploy_function: DeployFunction, invoke: Invoke, make_role: Any
) -> None:
    source = """
        import boto3
        def handler(event, context):
            return boto3.client("sts").get_caller_identity()["Arn"]
    """
    role = make_role()
    name = deploy_function(source, Role=role)

    assert invoke(name) == f"arn:aws:sts::{instance.account_id}:assumed-role/{role.split('/')[-1]}/{name}"


def test_layers_lie_over_each_other_where_opt_is(
    instance: Instance, deploy_function: DeployFunction, invoke: Invoke
) -> None:
    # Given two layers that share a file
    client = instance.client("lambda")
    below = {"python/helper.py": "NAME = 'below'", "script.py": "below"}
    arns = [
        client.publish_layer_version(LayerName="layer", Content={"ZipFile": zipped(files)})["LayerVersionArn"]
        for files in (below, {"script.py": "above"})
    ]
    source = """
        import helper, os, pathlib
        def handler(event, context):
            script = pathlib.Path(os.environ["CODE_DIR"], "script.py").read_text()
            return [helper.NAME, script, os.environ["NAME"]]
    """

    # When a function looks for them where its variables say
    variables = {"CODE_DIR": "/opt", "NAME": "/optional"}
    name = deploy_function(source, Layers=arns, Environment={"Variables": variables})

    # Then it finds the later one on top, and no other value was touched
    assert invoke(name) == ["below", "above", "/optional"]


def test_a_layer_may_be_named_by_a_path_below_opt(
    instance: Instance, deploy_function: DeployFunction, invoke: Invoke
) -> None:
    layer = instance.client("lambda").publish_layer_version(
        LayerName="data", Content={"ZipFile": zipped({"etc/limits.txt": "42"})}
    )
    source = """
        import os
        def handler(event, context):
            with open(os.environ["LIMITS"]) as file:
                return file.read()
    """
    variables = {"Variables": {"LIMITS": "/opt/etc/limits.txt"}}

    assert invoke(deploy_function(source, Layers=[layer["LayerVersionArn"]], Environment=variables)) == "42"


def test_a_dry_run_runs_nothing(instance: Instance, deploy_function: DeployFunction) -> None:
    name = deploy_function(WHO)

    assert instance.client("lambda").invoke(FunctionName=name, InvocationType="DryRun")["StatusCode"] == 204
    assert not instance.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{name}")[
        "logGroups"
    ]


def test_a_qualifier_chooses_the_version(instance: Instance, deploy_function: DeployFunction) -> None:
    name = deploy_function("def handler(event, context): return context.function_version")
    client = instance.client("lambda")
    client.publish_version(FunctionName=name)

    versioned = client.invoke(FunctionName=name, Qualifier="1")

    assert (json.load(versioned["Payload"]), versioned["ExecutedVersion"]) == ("1", "1")
    assert json.load(client.invoke(FunctionName=name)["Payload"]) == "$LATEST"


def test_the_package_on_disk_cannot_be_written_by_accident(
    instance: Instance, deploy_function: DeployFunction, invoke: Invoke
) -> None:
    source = """
        import os, stat
        def handler(event, context):
            return [oct(stat.S_IMODE(os.stat(path).st_mode)) for path in (".", "app.py", "tool.sh")]
    """
    name = deploy_function(source, {"tool.sh": "#!/bin/sh"})

    folder, module, tool = invoke(name)

    assert folder == "0o555"
    assert {module, tool} == {"0o444"}
    assert packaged(source)
