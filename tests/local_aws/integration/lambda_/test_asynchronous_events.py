"""Events: retries, destinations and dead-letter queues."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local_aws.core.instance import Instance
from local_aws.services.lambda_.invocation import event_queue
from tests.local_aws.integration.lambda_.conftest import DeployFunction

RECORDER = """
    import boto3, os
    def handler(event, context):
        sqs = boto3.client("sqs")
        sqs.send_message(QueueUrl=os.environ["CALLS"], MessageBody=context.aws_request_id)
        if event.get("fail"):
            raise ValueError("no luck")
        return {"done": True}
"""
SEND = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}


@pytest.fixture(autouse=True)
def _short_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_queue, "RETRY_DELAYS_SECONDS", (0.05, 0.1))


def make_queue(instance: Instance, name: str) -> tuple[str, str]:
    """URL and ARN of a new queue."""
    client = instance.client("sqs")
    url = client.create_queue(QueueName=name)["QueueUrl"]
    return url, client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]


def received(instance: Instance, url: str, count: int) -> list[dict[str, Any]]:
    """`count` messages of a queue, waiting for each; fails when another one follows."""
    client, found = instance.client("sqs"), list[dict[str, Any]]()
    for _ in range(200):
        wait = 1 if len(found) >= count else 5
        batch = client.receive_message(
            QueueUrl=url, WaitTimeSeconds=wait, MessageAttributeNames=["All"], MaxNumberOfMessages=10
        )
        found += batch.get("Messages", [])
        if not batch.get("Messages"):
            break
    assert len(found) == count
    return found


def test_a_failed_event_is_tried_three_times_and_then_kept(
    instance: Instance, deploy_function: DeployFunction, make_role: Any
) -> None:
    # Given a function with a queue for its failures and one for its dead letters
    calls, _ = make_queue(instance, "calls-1")
    failures, failures_arn = make_queue(instance, "failures-1")
    letters, letters_arn = make_queue(instance, "letters-1")
    name = deploy_function(
        RECORDER,
        Role=make_role(SEND),
        Environment={"Variables": {"CALLS": calls}},
        DeadLetterConfig={"TargetArn": letters_arn},
    )
    client = instance.client("lambda")
    client.put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnFailure": {"Destination": failures_arn}}
    )

    # When an event fails every time
    answer = client.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"fail": true}')

    # Then the caller has heard nothing of it, and it was tried three times under one request id
    assert (answer["StatusCode"], answer["Payload"].read()) == (202, b"")
    ids = {message["Body"] for message in received(instance, calls, 3)}
    assert len(ids) == 1

    # And both queues have what AWS puts there
    record = json.loads(received(instance, failures, 1)[0]["Body"])
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert {record["requestContext"]["requestId"]} == ids
    assert record["requestPayload"] == {"fail": True}
    assert record["responsePayload"]["errorType"] == "ValueError"
    letter = received(instance, letters, 1)[0]
    assert json.loads(letter["Body"]) == {"fail": True}
    assert letter["MessageAttributes"]["ErrorMessage"]["StringValue"] == "no luck"


def test_the_last_configuration_decides_about_retries_and_success_is_reported(
    instance: Instance, deploy_function: DeployFunction, make_role: Any
) -> None:
    calls, _ = make_queue(instance, "calls-2")
    successes, successes_arn = make_queue(instance, "successes-2")
    name = deploy_function(RECORDER, Role=make_role(SEND), Environment={"Variables": {"CALLS": calls}})
    client = instance.client("lambda")
    client.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=2)
    client.put_function_event_invoke_config(
        FunctionName=name,
        MaximumRetryAttempts=0,
        DestinationConfig={"OnSuccess": {"Destination": successes_arn}},
    )

    client.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"fail": true}')
    client.invoke(FunctionName=name, InvocationType="Event", Payload=b"{}")

    record = json.loads(received(instance, successes, 1)[0]["Body"])
    assert (record["requestContext"]["condition"], record["responsePayload"]) == ("Success", {"done": True})
    assert len(received(instance, calls, 2)) == 2


def test_what_the_functions_role_may_not_send_is_not_sent(
    instance: Instance, deploy_function: DeployFunction, make_role: Any
) -> None:
    calls, calls_arn = make_queue(instance, "calls-3")
    letters, letters_arn = make_queue(instance, "letters-3")
    name = deploy_function(
        RECORDER,
        Role=make_role({**SEND, "Resource": calls_arn}),
        Environment={"Variables": {"CALLS": calls}},
        DeadLetterConfig={"TargetArn": calls_arn},
    )
    client = instance.client("lambda")
    client.update_function_configuration(FunctionName=name, DeadLetterConfig={"TargetArn": letters_arn})

    client.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"fail": true}')

    received(instance, calls, 3)
    received(instance, letters, 0)
