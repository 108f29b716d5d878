"""After its report, a run hands over what it decided about production; by default it does not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.workflow.conftest import Workflow
from tests.workflow.simulation.scripted import Fault, FunctionFailed, ScriptedAws, refused

ARN = "arn:aws:sagemaker:us-east-1:123456789012:model-package/bakeoff-live-1a2b3c4d/1"


def registering(aws: ScriptedAws) -> None:
    aws.faults.append(Fault("RegisterModel", lambda _: {"model_package_arn": ARN}))


def test_by_default_nothing_is_handed_over(workflow: Workflow, aws: ScriptedAws) -> None:
    ended = workflow.run()

    assert ended["status"] == "SUCCEEDED"
    assert "RegisterModel" not in aws.payloads
    assert set(json.loads(ended["output"])) == {"run_id", "best", "report_uri", "notified"}


@pytest.mark.parametrize("mode", ["Propose", "Automatic"])
def test_with_promotion_the_run_hands_over_after_its_report(
    workflow: Workflow, aws: ScriptedAws, mode: str
) -> None:
    registering(aws)

    ended = workflow.run(Promotion=mode)

    assert aws.payloads["RegisterModel"] == [{"run_id": ended["name"]}]
    output: dict[str, Any] = json.loads(ended["output"])
    assert (output["model_package_arn"], output["run_id"]) == (ARN, ended["name"])
    entered = workflow.entered(ended["executionArn"])
    assert entered.index("Publish report") < entered.index("Register model")


def test_a_passing_fault_of_the_hand_over_is_survived(workflow: Workflow, aws: ScriptedAws) -> None:
    busy = refused("TooManyRequestsException", "Rate exceeded", 429)
    aws.faults.append(Fault.raising("RegisterModel", busy, times=1))
    registering(aws)

    assert workflow.run(Promotion="Automatic")["status"] == "SUCCEEDED"


def test_a_hand_over_that_fails_is_repeated_by_a_redrive(workflow: Workflow, aws: ScriptedAws) -> None:
    """The report stands, and nothing before it is repeated."""
    denied = FunctionFailed("AccessDenied", "Registering a version failed.")
    aws.faults.append(Fault.raising("RegisterModel", denied, times=1))
    registering(aws)
    failed = workflow.run(Promotion="Automatic")

    ended = workflow.redrive(failed["executionArn"])

    assert (failed["status"], failed["error"]) == ("FAILED", "AccessDenied")
    assert ended["status"] == "SUCCEEDED"
    assert len(aws.payloads["PublishReport"]) == 1
