"""The real workflow file on the embedded interpreter, with SageMaker and Lambda scripted."""

from __future__ import annotations

import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any

import pytest

from local_aws.embedded import PROJECT
from local_aws.mends.stepfunctions import clients, definitions, waiting
from local_aws.site import Site
from tests.workflow.scripted import ScriptedAws

_FUNCTIONS = (
    "TakeTurn",
    "PlanRun",
    "CheckDatasets",
    "ScoreCandidate",
    "RecordFailure",
    "ReleaseResources",
    "JudgeCandidates",
    "PublishReport",
)
_NUMBERS = itertools.count(1)
_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        },
    }
)


def definition(**overrides: str) -> str:
    """The workflow file with its substitutions filled in; times are short unless overridden."""
    arn = "arn:aws:lambda:us-east-1:123456789012:function:"
    substitutions = {
        **{f"{name}FunctionArn": arn + name for name in _FUNCTIONS},
        "BucketName": "bucket",
        "SageMakerRoleArn": "arn:aws:iam::123456789012:role/SageMaker",
        "StackName": "bakeoff",
        "InstanceCount": "1",
        "ProcessingInstanceType": "ml.m5.xlarge",
        "VolumeSizeInGB": "30",
        "MaxConcurrency": "2",
        "EndpointPollSeconds": "0",
        "EndpointTimeoutSeconds": "60",
        "RunTimeoutSeconds": "600",
        **overrides,
    }
    text = (PROJECT / "statemachine" / "bakeoff.asl.yaml").read_text("utf-8")
    properties = {"DefinitionString": text, "DefinitionSubstitutions": substitutions}
    return definitions.definition_of(properties, lambda *_: "")


@dataclass
class Workflow:
    """Runs of the workflow; `machines` keeps the state machine of each set of substitutions."""

    site: Site
    role_arn: str
    machines: dict[str, str] = field(default_factory=dict)

    def start(self, execution_input: Any = None, **overrides: str) -> str:
        given = json.dumps(execution_input or {})
        machine = self._machine(definition(**overrides))
        started = self.site.client("stepfunctions").start_execution(
            stateMachineArn=machine, name=f"run-{next(_NUMBERS)}", input=given
        )
        return str(started["executionArn"])

    def _machine(self, text: str) -> str:
        if text not in self.machines:
            created = self.site.client("stepfunctions").create_state_machine(
                name=f"workflow-{next(_NUMBERS)}", definition=text, roleArn=self.role_arn
            )
            self.machines[text] = created["stateMachineArn"]
        return self.machines[text]

    def wait(self, arn: str, seconds: float = 30) -> dict[str, Any]:
        states = self.site.client("stepfunctions")
        deadline = time.monotonic() + seconds
        while (described := states.describe_execution(executionArn=arn))["status"] == "RUNNING":
            assert time.monotonic() < deadline, "the workflow does not end"
            time.sleep(0.02)
        return dict(described)

    def run(self, execution_input: Any = None, **overrides: str) -> dict[str, Any]:
        return self.wait(self.start(execution_input, **overrides))

    def entered(self, arn: str) -> list[str]:
        """The names of the states that an execution entered, in order."""
        pages = self.site.client("stepfunctions").get_paginator("get_execution_history")
        events = (event for page in pages.paginate(executionArn=arn) for event in page["events"])
        return [
            event["stateEnteredEventDetails"]["name"]
            for event in events
            if "stateEnteredEventDetails" in event
        ]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> ScriptedAws:
    scripted = ScriptedAws()
    monkeypatch.setattr(clients._RoleSession, "client", lambda _, service: scripted.client(service))
    return scripted


@pytest.fixture(scope="session")
def workflows(site: Site) -> Workflow:
    iam = site.client("iam")
    return Workflow(
        site, iam.create_role(RoleName="workflow", AssumeRolePolicyDocument=_TRUST)["Role"]["Arn"]
    )


@pytest.fixture
def workflow(workflows: Workflow, aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch) -> Workflow:
    # How long a retry waits is the interpreter's own test; here only whether there is one counts.
    monkeypatch.setattr(waiting, "pause", lambda *_: None)
    return workflows
