"""Shortcuts for running small workflows on the shared instance."""

from __future__ import annotations

import io
import itertools
import json
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from moto.awslambda.models import LambdaFunction

from local_aws.core.instance import Instance
from local_aws.services.stepfunctions.tasks import sagemaker_jobs, sagemaker_tasks
from tests.patience import PATIENCE_SECONDS, eventually

from .fake_sagemaker import FakeSageMaker

SERVICES = [f"{name}.amazonaws.com" for name in ("states", "events", "lambda", "sagemaker")]
TRUST = {"Effect": "Allow", "Principal": {"Service": SERVICES}, "Action": "sts:AssumeRole"}
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


class Together:
    """Work that ends once `most` of it is under way together (or in vain); `peak` is how much ever was."""

    def __init__(self, most: int) -> None:
        self.peak = self._running = 0
        self._most, self._lock, self._full = most, threading.Lock(), threading.Event()

    def __call__(self, _: Any) -> None:
        with self._lock:
            self._running += 1
            self.peak = max(self.peak, self._running)
            if self._running >= self._most:
                self._full.set()
        self._full.wait(PATIENCE_SECONDS)
        with self._lock:
            self._running -= 1


@dataclass
class Workflows:
    """Creates, starts and awaits state machines."""

    instance: Instance
    role: str
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.api = self.instance.client("stepfunctions")

    def create(self, definition: dict[str, Any], role: str | None = None) -> str:
        name = f"machine-{time.time_ns()}-{next(self._numbers)}"
        text = json.dumps({"QueryLanguage": "JSONata", **definition})
        created = self.api.create_state_machine(name=name, definition=text, roleArn=role or self.role)
        return str(created["stateMachineArn"])

    def start(self, definition: dict[str, Any], given: Any = None, **options: Any) -> str:
        machine = self.create(definition)
        text = json.dumps({} if given is None else given, ensure_ascii=False, separators=(",", ":"))
        return str(self.api.start_execution(stateMachineArn=machine, input=text, **options)["executionArn"])

    def wait(self, execution: str, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        def ended() -> dict[str, Any] | None:
            described: dict[str, Any] = self.api.describe_execution(executionArn=execution)
            return None if described["status"] == "RUNNING" else described

        return eventually(ended, f"the end of {execution}", pause=0.02, seconds=seconds)

    def run(self, definition: dict[str, Any], given: Any = None, **options: Any) -> dict[str, Any]:
        return self.wait(self.start(definition, given, **options))

    def output(self, definition: dict[str, Any], given: Any = None) -> Any:
        """The output of a run that has to succeed."""
        ended = self.run(definition, given)
        assert ended["status"] == "SUCCEEDED", (ended.get("error"), ended.get("cause"))
        return json.loads(ended["output"])

    def value(self, expression: str, given: Any = None) -> Any:
        """What one JSONata expression gives for an input."""
        return self.output(
            states({"Only": {"Type": "Pass", "Output": f"{{% {expression} %}}", "End": True}}), given
        )

    def events(self, execution: str) -> list[dict[str, Any]]:
        pages = self.api.get_paginator("get_execution_history").paginate(executionArn=execution)
        return [event for page in pages for event in page["events"]]


def states(named: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A definition that starts at the first of the named states."""
    return {"StartAt": next(iter(named)), "States": named, **fields}


def task(resource: str, arguments: Any = None, **fields: Any) -> dict[str, Any]:
    """A Task that ends the workflow; `resource` is what follows `arn:aws:states:::`."""
    given = {} if arguments is None else {"Arguments": arguments}
    return {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "End": True, **given, **fields}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def make_role(instance: Instance, name: str, trust: dict[str, Any], *statements: dict[str, Any]) -> str:
    iam = instance.client("iam")
    created = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))["Role"]
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=document(*statements))
    return str(created["Arn"])


@pytest.fixture(scope="session")
def workflows(instance: Instance) -> Workflows:
    return Workflows(instance, make_role(instance, "workflow-tests", TRUST, EVERYTHING))


class ScriptedFunctions:
    """Lambda functions whose code is Python of the test: `functions.add(name, work)`."""

    def __init__(self, instance: Instance, role: str) -> None:
        self._client = instance.client("lambda")
        self._role = role
        self._work: dict[str, Callable[[Any], Any]] = {}

    def add(self, name: str, work: Callable[[Any], Any]) -> str:
        self._work[name] = work
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as files:
            files.writestr("app.py", "def handler(event, context): ...")
        created = self._client.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=self._role,
            Handler="app.handler",
            Code={"ZipFile": archive.getvalue()},
        )
        return str(created["FunctionArn"])

    def invoke(self, function: Any, body: Any, request_headers: Any, response_headers: Any) -> bytes:
        try:
            result = self._work[function.function_name](json.loads(body or "{}"))
        except Failure as failure:
            response_headers["x-amz-function-error"] = "Unhandled"
            result = failure.payload
        return json.dumps(result).encode()


class Failure(Exception):
    """What a scripted function raises to end with this payload."""

    def __init__(self, payload: Any) -> None:
        self.payload = payload


@pytest.fixture(scope="session")
def scripted(instance: Instance, workflows: Workflows) -> ScriptedFunctions:
    return ScriptedFunctions(instance, workflows.role)


@pytest.fixture
def functions(scripted: ScriptedFunctions, monkeypatch: pytest.MonkeyPatch) -> ScriptedFunctions:
    monkeypatch.setattr(
        LambdaFunction, "invoke", lambda self, *args, **kwargs: scripted.invoke(self, *args, **kwargs)
    )
    return scripted


@pytest.fixture
def sagemaker(monkeypatch: pytest.MonkeyPatch) -> FakeSageMaker:
    fake = FakeSageMaker()
    monkeypatch.setattr(sagemaker_tasks, "call", fake.call)
    monkeypatch.setattr(sagemaker_jobs, "call", fake.call)
    return fake
