"""An application that this package knows nothing of runs unchanged, under the policies of its template."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from local_aws.deployment.deploy import delete
from local_aws.embedded import EmbeddedAws
from tests.patience import eventually

TEMPLATE = Path(__file__).parents[1] / "application" / "template.yaml"
STACK = "trees"


@pytest.fixture(scope="module")
def outputs(embedded: EmbeddedAws) -> Iterator[dict[str, str]]:
    deployed = embedded.deploy(TEMPLATE, STACK)
    yield deployed
    s3 = embedded.instance.client("s3")
    for listed in s3.list_objects_v2(Bucket=deployed["Bucket"]).get("Contents", []):
        s3.delete_object(Bucket=deployed["Bucket"], Key=listed["Key"])
    delete(embedded.instance, STACK)


def run(embedded: EmbeddedAws, machine: str) -> dict[str, Any]:
    states = embedded.instance.client("stepfunctions")
    started = states.start_execution(stateMachineArn=machine, input='{"trees": 50}')["executionArn"]

    def ended() -> dict[str, Any] | None:
        described: dict[str, Any] = states.describe_execution(executionArn=started)
        return described if described["status"] != "RUNNING" else None

    return eventually(ended, "the execution's end") or {}


def test_its_function_job_and_queue_do_their_work(embedded: EmbeddedAws, outputs: dict[str, str]) -> None:
    ended = run(embedded, outputs["StateMachine"])

    # Then the queue has been told of a model
    assert ended["status"] == "SUCCEEDED", ended
    [message] = embedded.instance.client("sqs").receive_message(QueueUrl=outputs["Queue"])["Messages"]
    assert json.loads(message["Body"]) == json.loads(ended["output"])
    # And the model is one that was trained
    bucket, _, key = json.loads(message["Body"])["model"].removeprefix("s3://").partition("/")
    assert bucket == outputs["Bucket"]
    packed = embedded.instance.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    with tarfile.open(fileobj=BytesIO(packed)) as model:
        assert model.getnames()


def test_what_its_role_may_not_do_fails_as_in_aws(embedded: EmbeddedAws, outputs: dict[str, str]) -> None:
    # Given the same stack, whose state machine may not send to the queue any more
    embedded.deploy(TEMPLATE, STACK, {"MayTell": "no"})

    ended = run(embedded, outputs["StateMachine"])

    assert ended["status"] == "FAILED"
    assert "sqs:SendMessage" in ended["cause"]
    assert "Messages" not in embedded.instance.client("sqs").receive_message(QueueUrl=outputs["Queue"])
