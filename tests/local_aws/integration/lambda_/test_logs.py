"""What CloudWatch gets of an invocation."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from local_aws.core.instance import Instance
from local_aws.services import iam
from tests.local_aws.integration.lambda_.conftest import DeployFunction, Invoke, messages

WHO = """
    import os, time
    def handler(event, context):
        time.sleep(event.get("sleep", 0))
        return os.getpid()
"""


def test_the_log_has_lambdas_own_lines_and_the_caller_may_have_its_tail(
    instance: Instance, deploy_function: DeployFunction
) -> None:
    name = deploy_function("""
        print("at start")
        def handler(event, context):
            print("one\\ntwo")
    """)
    client = instance.client("lambda")

    cold = client.invoke(FunctionName=name, LogType="Tail")
    warm = client.invoke(FunctionName=name)

    lines = base64.b64decode(cold["LogResult"]).decode().splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "INIT_START Runtime Version",
        "at start",
        "START RequestId",
        "one",
        "two",
        "END RequestId",
        "REPORT RequestId",
    ]
    assert re.search(
        r"\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: [1-9]\d* MB"
        r"\tInit Duration: [\d.]+ ms\t$",
        lines[-1],
    )
    assert "LogResult" not in warm
    log = messages(instance, f"/aws/lambda/{name}")
    assert log[: len(lines)] == lines
    assert "Init Duration" not in log[-1] and log[-1].startswith("REPORT")


def test_logs_go_to_the_configured_group_in_the_configured_format(
    instance: Instance, deploy_function: DeployFunction
) -> None:
    config = {"LogFormat": "JSON", "LogGroup": "/own/json", "ApplicationLogLevel": "WARN"}
    name = deploy_function(
        """
        import logging
        def handler(event, context):
            logging.getLogger().warning("careful")
            logging.getLogger().info("quiet")
        """,
        LoggingConfig=config,
    )
    client = instance.client("lambda")

    client.invoke(FunctionName=name)

    records = [json.loads(line) for line in messages(instance, "/own/json")]
    assert [record.get("type") or record["message"] for record in records] == [
        "platform.initStart",
        "platform.start",
        "careful",
        "platform.report",
    ]
    assert records[-1]["record"]["status"] == "success"
    assert client.get_function_configuration(FunctionName=name)["LoggingConfig"] == config


def test_embedded_metrics_become_metrics(instance: Instance, deploy_function: DeployFunction) -> None:
    metric = {
        "_aws": {
            "Timestamp": 1_700_000_000_000,
            "CloudWatchMetrics": [
                {
                    "Namespace": "Lab",
                    "Dimensions": [["service"]],
                    "Metrics": [{"Name": "Rows", "Unit": "Count"}],
                }
            ],
        },
        "service": "plan",
        "Rows": [3, 4],
    }
    name = deploy_function(f"""
        import json
        def handler(event, context):
            print(json.dumps({metric!r}))
    """)

    instance.client("lambda").invoke(FunctionName=name)

    sums = instance.client("cloudwatch").get_metric_statistics(
        Namespace="Lab",
        MetricName="Rows",
        Dimensions=[{"Name": "service", "Value": "plan"}],
        StartTime=1_699_999_000,
        EndTime=1_700_001_000,
        Period=60,
        Statistics=["Sum"],
    )["Datapoints"]
    assert [(point["Sum"], point["Unit"]) for point in sums] == [(7.0, "Count")]


def test_a_role_that_may_not_write_logs_gets_none(
    instance: Instance, deploy_function: DeployFunction, invoke: Invoke, make_role: Any
) -> None:
    role = make_role(logs=False)
    name = deploy_function(WHO, Role=role)

    assert invoke(name) > 0

    groups = instance.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{name}")[
        "logGroups"
    ]
    assert groups == []
    assert (role.split("/")[-1], "logs:CreateLogGroup") in {denial[:2] for denial in iam.denials()}


def test_a_traced_function_sends_its_traces_in_its_role_s_name(
    deploy_function: DeployFunction, invoke: Invoke, make_role: Any
) -> None:
    for mode, expected in (
        ("Active", {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}),
        ("PassThrough", set()),
    ):
        role = make_role()
        with iam.recording() as recorded:
            invoke(deploy_function(WHO, Role=role, TracingConfig={"Mode": mode}))

        asked = {
            each.question.request.action for each in recorded if each.question.role == role.split("/")[-1]
        }
        assert {action for action in asked if action.startswith("xray:")} == expected
