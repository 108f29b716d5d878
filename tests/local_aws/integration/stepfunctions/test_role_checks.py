"""A state machine's role is looked at when the machine is created or changed, as AWS does it."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.services import iam

from .conftest import EVERYTHING, TRUST, Workflows, make_role, states, task

NUMBERS = itertools.count()
ACCOUNT, RULES = "123456789012", "arn:aws:events:us-east-1:123456789012:rule"
PASS = states({"Only": {"Type": "Pass", "End": True}})
LOGGING = {"level": "ERROR", "destinations": []}


def allow(*actions: str, resource: str = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


def create(workflows: Workflows, role: str, definition: Any = PASS, **more: Any) -> dict[str, Any]:
    text = json.dumps({"QueryLanguage": "JSONata", **definition})
    name = more.pop("name", f"checked-{next(NUMBERS)}")
    made: dict[str, Any] = workflows.api.create_state_machine(
        name=name, definition=text, roleArn=role, **more
    )
    return made


def refusal(workflows: Workflows, role: str, definition: Any = PASS, **more: Any) -> str:
    with pytest.raises(ClientError) as caught:
        create(workflows, role, definition, **more)
    error: Any = caught.value.response["Error"]
    assert error["Code"] == "AccessDeniedException"
    return str(error["Message"])


def role_with(workflows: Workflows, *statements: dict[str, Any], trust: dict[str, Any] = TRUST) -> str:
    return make_role(workflows.instance, f"checked-{next(NUMBERS)}", trust, *statements)


def test_a_role_must_trust_step_functions(workflows: Workflows) -> None:
    stranger = role_with(workflows, trust={**TRUST, "Principal": {"Service": "lambda.amazonaws.com"}})

    for role in (stranger, f"arn:aws:iam::{ACCOUNT}:role/none"):
        assert refusal(workflows, role).startswith(
            "Neither the global service principal states.amazonaws.com"
        )
    machine = create(workflows, role_with(workflows))["stateMachineArn"]
    with pytest.raises(ClientError, match="nor the regional one is authorized to assume"):
        workflows.api.update_state_machine(stateMachineArn=machine, roleArn=stranger)


def test_a_role_may_trust_step_functions_for_one_machine_of_one_account(workflows: Workflows) -> None:
    conditions = {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnEquals": {"aws:SourceArn": f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:only-me"},
    }
    role = role_with(workflows, trust={**TRUST, "Condition": conditions})
    foreign = {"StringEquals": {"aws:SourceAccount": "210987654321"}}

    assert "authorized to assume" in refusal(workflows, role, name="somebody-else")
    assert create(workflows, role, name="only-me")
    assert "authorized to assume" in refusal(
        workflows, role_with(workflows, trust={**TRUST, "Condition": foreign})
    )


@pytest.mark.parametrize(
    ("job", "rule"),
    [
        ("TrainingJob", "TrainingJobs"),
        ("ProcessingJob", "ProcessingJobs"),
        ("HyperParameterTuningJob", "TuningJobs"),
    ],
)
def test_sync_takes_the_rule_that_step_functions_keeps(workflows: Workflows, job: str, rule: str) -> None:
    definition = states({"Run": task(f"sagemaker:create{job}.sync", "{% $states.input %}")})
    rule = f"{RULES}/StepFunctionsGetEventsForSageMaker{rule}Rule"
    actions = ["events:PutRule", "events:PutTargets", "events:DescribeRule"]
    short = role_with(workflows, allow(*actions[:2], resource=rule))
    other = role_with(workflows, allow(*actions, resource=f"{RULES}/another"))

    for role in (short, other):
        assert refusal(workflows, role, definition) == f"'{role}' is not authorized to create managed-rule."
    assert create(workflows, role_with(workflows, allow(*actions, resource=rule)), definition)


def test_logs_take_log_delivery(workflows: Workflows) -> None:
    role = role_with(workflows, allow("logs:CreateLogDelivery"))

    assert refusal(workflows, role, loggingConfiguration=LOGGING) == (
        "The state machine IAM Role is not authorized to access the Log Destination"
    )
    assert create(workflows, role, loggingConfiguration={"level": "OFF"})
    assert create(workflows, role_with(workflows, EVERYTHING), loggingConfiguration=LOGGING)


def test_an_execution_sends_its_traces_in_the_role_s_name(workflows: Workflows) -> None:
    role = role_with(workflows, allow("xray:PutTraceSegments"))
    for enabled in (True, False):
        machine = create(workflows, role, tracingConfiguration={"enabled": enabled})["stateMachineArn"]
        with iam.recording() as recorded:
            execution = workflows.api.start_execution(stateMachineArn=machine)["executionArn"]
            assert workflows.wait(execution)["status"] == "SUCCEEDED"

        asked = {
            (question.request.action, judgement.allowed)
            for question, judgement in recorded
            if question.role == role.split("/")[-1]
        }
        assert (("xray:PutTraceSegments", True) in asked) is enabled
        assert (("xray:PutTelemetryRecords", False) in asked) is enabled
