from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from typer.testing import Result

from bakeoff_cli.stack.aws import Aws
from bakeoff_cli.stack.stack import Stack, find_stack
from local_aws.embedded import EmbeddedAws
from tests.command_line import run_bakeoff

STACK = "command-test"
Invoke = Callable[..., Result]


@pytest.fixture
def invoke(embedded: EmbeddedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """Run `bakeoff ARGUMENTS` as a user does who has pasted the export lines of `bakeoff local`."""
    for name, value in embedded.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return run_bakeoff


@pytest.fixture(scope="session")
def aws(embedded: EmbeddedAws) -> Aws:
    return Aws(embedded.instance.client)


@pytest.fixture(scope="session")
def stack(aws: Aws) -> Stack:
    template = Path(__file__).with_name("stack.yaml").read_text()
    aws.cloudformation.create_stack(StackName=STACK, TemplateBody=template, Capabilities=["CAPABILITY_IAM"])
    aws.cloudformation.get_waiter("stack_create_complete").wait(
        StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    return find_stack(aws, STACK)


@pytest.fixture
def start_function(aws: Aws, stack: Stack) -> Callable[[str, str], AbstractContextManager[None]]:
    """Stand in for the stack's start function: begin a run of that name once `key` has a new version."""

    def start(key: str, run_id: str, seen: set[str]) -> None:
        for _ in range(100):
            fresh = _versions(aws, stack, key) - seen
            if fresh:
                given = json.dumps(
                    {"trigger": {"bucket": stack.bucket, "key": key, "version_id": fresh.pop()}}
                )
                aws.stepfunctions.start_execution(
                    stateMachineArn=stack.state_machine_arn, name=run_id, input=given
                )
                return
            time.sleep(0.1)

    @contextmanager
    def waiting(key: str, run_id: str) -> Iterator[None]:
        thread = threading.Thread(target=start, args=(key, run_id, _versions(aws, stack, key)))
        thread.start()
        yield
        thread.join()

    return waiting


def _versions(aws: Aws, stack: Stack, key: str) -> set[str]:
    listing = aws.s3.list_object_versions(Bucket=stack.bucket, Prefix=key)
    return {version["VersionId"] for version in listing.get("Versions", [])}
