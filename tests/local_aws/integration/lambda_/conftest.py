"""Functions to run in the embedded AWS."""

from __future__ import annotations

import io
import json
import textwrap
import uuid
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local_aws.core.instance import Instance

DeployFunction = Callable[..., str]
Invoke = Callable[..., Any]


@pytest.fixture
def make_role(instance: Instance) -> Callable[..., str]:
    """Create a role that Lambda may assume, with logs allowed and the given statements on top."""

    def make(*statements: dict[str, Any], service: str = "lambda.amazonaws.com", logs: bool = True) -> str:
        client, name = instance.client("iam"), f"role-{uuid.uuid4().hex[:8]}"
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
        role = client.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
        allow_logs = [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}] if logs else []
        if allow_logs or statements:
            policy = document(*allow_logs, *statements)
            client.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy)
        return str(role)

    return make


@pytest.fixture
def deploy_function(instance: Instance, make_role: Callable[..., str]) -> Iterator[DeployFunction]:
    """Create a function from the source of its module `app`; returns its name. Deleted after the test."""
    client, names = instance.client("lambda"), list[str]()

    def deploy(source: str, files: dict[str, str] | None = None, **options: Any) -> str:
        name = f"function-{uuid.uuid4().hex[:8]}"
        settings = {"Runtime": "python3.13", "Handler": "app.handler", "Timeout": 600}
        role = options.pop("Role", None) or make_role()
        client.create_function(
            FunctionName=name, Role=role, Code={"ZipFile": packaged(source, files)}, **{**settings, **options}
        )
        names.append(name)
        return name

    yield deploy
    for name in names:
        client.delete_function(FunctionName=name)


@pytest.fixture
def invoke(instance: Instance) -> Invoke:
    """Invoke a function with an event; returns what its handler returned."""

    def run(name: str, event: Any = None) -> Any:
        answer = instance.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event or {}))
        return json.load(answer["Payload"])

    return run


def packaged(source: str, files: dict[str, str] | None = None) -> bytes:
    """A deployment package with the module `app`, and more files."""
    return zipped({"app.py": textwrap.dedent(source), **(files or {})})


def zipped(files: dict[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return content.getvalue()


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def messages(instance: Instance, group: str) -> list[str]:
    """What a log group holds, in order."""
    events = instance.client("logs").filter_log_events(logGroupName=group)["events"]
    return [event["message"] for event in events]
