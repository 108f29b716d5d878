"""AWS::StepFunctions::StateMachine in a stack."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
import yaml

from .conftest import TRUST, Workflows, make_role, states

NAMES = (f"machine-stack-{number}" for number in itertools.count())
LOGGING = {
    "Level": "ALL",
    "IncludeExecutionData": True,
    "Destinations": [
        {"CloudWatchLogsLogGroup": {"LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:x:*"}}
    ],
}


def passing(output: Any) -> dict[str, Any]:
    return {"QueryLanguage": "JSONata", **states({"Give": {"Type": "Pass", "Output": output, "End": True}})}


def template(**properties: Any) -> str:
    return json.dumps(
        {
            "Resources": {"Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}},
            "Outputs": {
                "Ref": {"Value": {"Ref": "Machine"}},
                "Arn": {"Value": {"Fn::GetAtt": ["Machine", "Arn"]}},
                "Name": {"Value": {"Fn::GetAtt": ["Machine", "Name"]}},
            },
        }
    )


class Stack:
    """One stack with one state machine."""

    def __init__(self, workflows: Workflows) -> None:
        self._workflows = workflows
        self._api = workflows.instance.client("cloudformation")
        self.name = next(NAMES)

    def create(self, **properties: Any) -> dict[str, str]:
        self._api.create_stack(StackName=self.name, TemplateBody=self._template(properties))
        return self._outputs("stack_create_complete")

    def update(self, **properties: Any) -> dict[str, str]:
        self._api.update_stack(StackName=self.name, TemplateBody=self._template(properties))
        return self._outputs("stack_update_complete")

    def delete(self) -> None:
        self._api.delete_stack(StackName=self.name)
        self._wait("stack_delete_complete")

    def _template(self, properties: dict[str, Any]) -> str:
        return template(**{"RoleArn": self._workflows.role, **properties})

    def _outputs(self, state: str) -> dict[str, str]:
        self._wait(state)
        outputs = self._api.describe_stacks(StackName=self.name)["Stacks"][0]["Outputs"]
        return {output["OutputKey"]: output["OutputValue"] for output in outputs}

    def _wait(self, state: str) -> None:
        self._api.get_waiter(state).wait(StackName=self.name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 100})


@pytest.fixture
def stack(workflows: Workflows) -> Stack:
    return Stack(workflows)


def run(workflows: Workflows, machine: str) -> Any:
    started = workflows.api.start_execution(stateMachineArn=machine, input="{}")
    ended = workflows.wait(started["executionArn"])
    assert ended["status"] == "SUCCEEDED", ended
    return json.loads(ended["output"])


def test_the_machine_of_a_stack_runs(workflows: Workflows, stack: Stack) -> None:
    outputs = stack.create(
        StateMachineName="named-by-template",
        DefinitionString=json.dumps(passing("{% 1 + 1 %}")),
        LoggingConfiguration=LOGGING,
        TracingConfiguration={"Enabled": True},
        Tags=[{"Key": "a", "Value": "1"}],
    )

    assert outputs["Ref"] == outputs["Arn"] == f"{outputs['Arn'].rsplit(':', 1)[0]}:named-by-template"
    assert outputs["Name"] == "named-by-template"
    assert run(workflows, outputs["Arn"]) == 2
    described = workflows.api.describe_state_machine(stateMachineArn=outputs["Arn"])
    assert described["loggingConfiguration"]["destinations"][0]["cloudWatchLogsLogGroup"][
        "logGroupArn"
    ].endswith(":*")
    assert described["loggingConfiguration"]["level"] == "ALL"
    assert described["tracingConfiguration"] == {"enabled": True}
    assert _tags(workflows, outputs["Arn"])["a"] == "1"


@pytest.mark.parametrize("write", [json.dumps, yaml.safe_dump])
def test_a_definition_in_s3_may_be_json_or_yaml(workflows: Workflows, stack: Stack, write: Any) -> None:
    s3 = workflows.instance.client("s3")
    s3.create_bucket(Bucket="definitions")
    definition = passing({"text": "${Greeting}, ${Unknown}", "number": "{% $number('${Number}') + 1 %}"})
    s3.put_object(Bucket="definitions", Key="machine", Body=write(definition).encode())

    outputs = stack.create(
        DefinitionS3Location={"Bucket": "definitions", "Key": "machine"},
        DefinitionSubstitutions={"Greeting": 'He said "hi" \\o/', "Number": 41},
    )

    assert run(workflows, outputs["Arn"]) == {"text": 'He said "hi" \\o/, ${Unknown}', "number": 42}


def test_an_update_changes_definition_role_logging_and_tags(workflows: Workflows, stack: Stack) -> None:
    created = stack.create(
        Definition=passing("old"), LoggingConfiguration=LOGGING, Tags=[{"Key": "a", "Value": "1"}]
    )
    other = make_role(workflows.instance, "another-role", TRUST)

    updated = stack.update(Definition=passing("new"), RoleArn=other, Tags=[{"Key": "b", "Value": "2"}])

    described = workflows.api.describe_state_machine(stateMachineArn=updated["Arn"])
    assert updated["Arn"] == created["Arn"]
    assert run(workflows, updated["Arn"]) == "new"
    assert described["roleArn"] == other
    assert described["loggingConfiguration"] == {"level": "OFF"}
    tags = _tags(workflows, updated["Arn"])
    assert (tags.get("a"), tags["b"]) == (None, "2")


def test_a_key_comes_and_goes(workflows: Workflows, stack: Stack) -> None:
    key = workflows.instance.client("kms").create_key()["KeyMetadata"]["Arn"]
    encryption = {"Type": "CUSTOMER_MANAGED_KMS_KEY", "KmsKeyId": key, "KmsDataKeyReusePeriodSeconds": 300}

    created = stack.create(Definition=passing("x"), EncryptionConfiguration=encryption)

    described = workflows.api.describe_state_machine(stateMachineArn=created["Arn"])
    assert described["encryptionConfiguration"] == {
        **{"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": key},
        "kmsDataKeyReusePeriodSeconds": 300,
    }
    assert run(workflows, created["Arn"]) == "x"
    stack.update(Definition=passing("x"))
    described = workflows.api.describe_state_machine(stateMachineArn=created["Arn"])
    assert described["encryptionConfiguration"] == {"type": "AWS_OWNED_KEY"}


def test_another_name_is_another_machine(workflows: Workflows, stack: Stack) -> None:
    created = stack.create(StateMachineName="before", Definition=passing("x"))

    updated = stack.update(StateMachineName="after", Definition=passing("x"))

    assert updated["Arn"].endswith(":after")
    machines = _machines(workflows)
    assert updated["Arn"] in machines
    assert created["Arn"] not in machines


def test_a_deleted_stack_leaves_no_machine(workflows: Workflows, stack: Stack) -> None:
    machine = stack.create(Definition=passing("x"))["Arn"]

    stack.delete()

    assert machine not in _machines(workflows)


def _machines(workflows: Workflows) -> set[str]:
    pages = workflows.api.get_paginator("list_state_machines").paginate()
    return {machine["stateMachineArn"] for page in pages for machine in page["stateMachines"]}


def _tags(workflows: Workflows, arn: str) -> dict[str, str]:
    tags = workflows.api.list_tags_for_resource(resourceArn=arn)["tags"]
    return {tag["key"]: tag["value"] for tag in tags}
