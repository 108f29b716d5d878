"""A stack of a test's own, deleted afterwards, with short ways to create, change and ask about it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local_aws.core.instance import Instance
from tests.patience import eventually

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]


class TestStack:
    """One stack through CloudFormation's API."""

    __test__ = False

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.name = f"stack-{uuid.uuid4().hex[:8]}"
        self.client = instance.client("cloudformation")

    def create(self, template: str, parameters: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
        self.client.create_stack(**self._request(template, parameters), **more)
        return self.settled()

    def update(self, template: str, parameters: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
        self.client.update_stack(**self._request(template, parameters), **more)
        return self.settled()

    def delete(self, **more: Any) -> dict[str, Any]:
        stack_id = self.describe()["StackId"]
        self.client.delete_stack(StackName=stack_id, **more)
        return self.settled(stack_id)

    def propose(self, template: str, kind: str, name: str = "change", **more: Any) -> dict[str, Any]:
        request = {**self._request(template, None), "ChangeSetName": name, "ChangeSetType": kind, **more}
        self.client.create_change_set(**request)
        described: dict[str, Any] = self.client.describe_change_set(ChangeSetName=name, StackName=self.name)
        return described

    def execute(self, name: str = "change") -> dict[str, Any]:
        self.client.execute_change_set(ChangeSetName=name, StackName=self.name)
        return self.settled()

    def describe(self, stack: str | None = None) -> dict[str, Any]:
        found: dict[str, Any] = self.client.describe_stacks(StackName=stack or self.name)["Stacks"][0]
        return found

    def settled(self, stack: str | None = None) -> dict[str, Any]:
        def ended() -> dict[str, Any] | None:
            found = self.describe(stack)
            return None if found["StackStatus"].endswith("_IN_PROGRESS") else found

        return eventually(ended, "the end of the operation") or {}

    def outputs(self) -> dict[str, str]:
        return {item["OutputKey"]: item["OutputValue"] for item in self.describe().get("Outputs", [])}

    def resources(self) -> dict[str, str]:
        """Physical ids by logical id."""
        found = self.client.describe_stack_resources(StackName=self.name)["StackResources"]
        return {item["LogicalResourceId"]: item.get("PhysicalResourceId", "") for item in found}

    def events(self, stack: str | None = None) -> list[tuple[str, str]]:
        """Logical id and status of every event, oldest first."""
        found = self.client.describe_stack_events(StackName=stack or self.name)["StackEvents"]
        return [(item["LogicalResourceId"], item["ResourceStatus"]) for item in reversed(found)]

    def reason(self, logical_id: str, status: str) -> str:
        """Why a resource came into a status, as its event says."""
        for event in self.client.describe_stack_events(StackName=self.name)["StackEvents"]:
            if (event["LogicalResourceId"], event["ResourceStatus"]) == (logical_id, status):
                return str(event["ResourceStatusReason"])
        raise AssertionError(f"{logical_id} never was {status}: {self.events()}")

    def _request(self, template: str, parameters: dict[str, str] | None) -> dict[str, Any]:
        return {
            "StackName": self.name,
            "TemplateBody": template,
            "Parameters": [
                {"ParameterKey": key, "ParameterValue": value} for key, value in (parameters or {}).items()
            ],
            "Capabilities": CAPABILITIES,
        }


@pytest.fixture
def new_stack(instance: Instance) -> Iterator[Callable[[], TestStack]]:
    made: list[TestStack] = []

    def new() -> TestStack:
        made.append(TestStack(instance))
        return made[-1]

    yield new
    for stack in reversed(made):
        stack.client.delete_stack(StackName=stack.name)


@pytest.fixture
def stack(new_stack: Callable[[], TestStack]) -> TestStack:
    return new_stack()
