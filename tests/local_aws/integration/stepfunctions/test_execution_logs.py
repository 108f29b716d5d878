"""What an execution leaves in the log group that its state machine names."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import Workflows, states

FAILING = states({"Refuse": {"Type": "Fail", "Error": "NoInputData", "Cause": "Upload something."}})
GROUP = "/aws/vendedlogs/states/execution-logs"


def logged(workflows: Workflows, name: str, level: str, *, data: bool = True) -> list[dict[str, Any]]:
    logs = workflows.instance.client("logs")
    logs.create_log_group(logGroupName=f"{GROUP}-{name}")
    arn = (
        f"arn:aws:logs:{workflows.instance.region}:{workflows.instance.account_id}:log-group:{GROUP}-{name}:*"
    )
    machine = workflows.api.create_state_machine(
        name=f"execution-logs-{name}",
        definition=json.dumps({"QueryLanguage": "JSONata", **FAILING}),
        roleArn=workflows.role,
        loggingConfiguration={
            "level": level,
            "includeExecutionData": data,
            "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": arn}}],
        },
    )["stateMachineArn"]
    run = workflows.api.start_execution(stateMachineArn=machine, input='{"a": 1}')
    assert workflows.wait(run["executionArn"])["status"] == "FAILED"
    events = logs.filter_log_events(logGroupName=f"{GROUP}-{name}")["events"]
    return [json.loads(event["message"]) for event in events]


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("ALL", ["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]),
        ("ERROR", ["FailStateEntered", "ExecutionFailed"]),
        ("FATAL", ["ExecutionFailed"]),
        ("OFF", []),
    ],
)
def test_the_level_decides_what_is_logged(workflows: Workflows, level: str, expected: list[str]) -> None:
    assert [event["type"] for event in logged(workflows, level.lower(), level)] == expected


def test_an_entry_tells_what_the_history_tells(workflows: Workflows) -> None:
    failed = logged(workflows, "entry", "FATAL")[0]

    assert failed["details"] == {"error": "NoInputData", "cause": "Upload something."}
    assert failed["execution_arn"].startswith("arn:aws:states:") and int(failed["event_timestamp"])
    assert (failed["id"], failed["redrive_count"]) == ("3", "0")


def test_data_are_left_out_on_demand(workflows: Workflows) -> None:
    with_data, without = (
        logged(workflows, name, "ALL", data=data)[0]["details"]
        for name, data in (("with", True), ("without", False))
    )

    assert with_data["input"] == '{"a": 1}' and "input" not in without
