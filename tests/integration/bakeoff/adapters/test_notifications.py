from __future__ import annotations

import json

import pytest

from bakeoff.adapters.notifications import TopicNotifier
from bakeoff.domain.errors import AccessDenied
from local_aws.core.instance import Instance
from tests.integration.bakeoff.adapters.conftest import Stubbed

SERVICE = "sns"
ARN = "arn:aws:sns:us-east-1:123456789012:runs"


def test_a_subscriber_hears_of_a_run(instance: Instance) -> None:
    # Given a queue that listens to the topic
    sns, sqs = instance.client("sns"), instance.client("sqs")
    topic = sns.create_topic(Name="adapters-topic")["TopicArn"]
    queue = sqs.create_queue(QueueName="adapters-queue")["QueueUrl"]
    queue_arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn)

    # When a message is published
    TopicNotifier(topic, sns).publish("Bakeoff run-1", "knn is best, größe")

    # Then it arrives
    [message] = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5)["Messages"]
    told = json.loads(message["Body"])
    assert (told["Subject"], told["Message"]) == ("Bakeoff run-1", "knn is best, größe")


@pytest.mark.parametrize(
    ("subject", "sent"), [("Bakeoff größe", "Bakeoff gr??e"), ("x" * 120, "x" * 99), ("Run\n1", "Run 1")]
)
def test_a_subject_is_what_sns_takes(stubbed: Stubbed, subject: str, sent: str) -> None:
    """A person may name an execution as no upload does."""
    expected = {"TopicArn": ARN, "Subject": sent, "Message": "m"}
    stubbed.stubber.add_response("publish", {"MessageId": "1"}, expected)

    TopicNotifier(ARN, stubbed.client).publish(subject, "m")


def test_a_refusal_is_told(stubbed: Stubbed) -> None:
    stubbed.stubber.add_client_error("publish", "AuthorizationError", "no")

    with pytest.raises(AccessDenied, match=r"^Publishing the notification failed: no"):
        TopicNotifier(ARN, stubbed.client).publish("s", "m")
