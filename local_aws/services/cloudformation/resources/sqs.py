"""SQS queues and queue policies. moto 5.2.5 does not know queue policies in templates."""

from __future__ import annotations

from typing import Any

from local_aws.services.cloudformation.resource import CreatedResource, Request, ResourceType
from local_aws.services.cloudformation.shapes import json_text
from local_aws.services.cloudformation.text import as_text, names

_DEFAULTS = {
    "DelaySeconds": 0,
    "MaximumMessageSize": 262_144,
    "MessageRetentionPeriod": 345_600,
    "ReceiveMessageWaitTimeSeconds": 0,
    "VisibilityTimeout": 30,
    "RedrivePolicy": "",
    "RedriveAllowPolicy": "",
    "KmsMasterKeyId": "",
    "KmsDataKeyReusePeriodSeconds": 300,
    "SqsManagedSseEnabled": True,
}
_FIFO = names("FifoQueue ContentBasedDeduplication DeduplicationScope FifoThroughputLimit")


def _create_queue(request: Request) -> CreatedResource:
    client, name = request.client("sqs"), request.name("QueueName", 80)
    given = _texts(request.subset(*_DEFAULTS, *_FIFO))
    url = client.create_queue(QueueName=name, Attributes=given, tags=request.tags)["QueueUrl"]
    arn = client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return CreatedResource(url, {"Arn": arn, "QueueName": name, "QueueUrl": url})


def _update_queue(request: Request, made: CreatedResource) -> CreatedResource:
    client, url = request.client("sqs"), made.physical_id
    dropped = {key: value for key, value in _DEFAULTS.items() if key in request.previous}
    attributes = _texts({**dropped, **request.subset(*_DEFAULTS)})
    if attributes:
        client.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    existing = client.list_queue_tags(QueueUrl=url).get("Tags", {})
    if gone := sorted(existing.keys() - request.tags.keys()):
        client.untag_queue(QueueUrl=url, TagKeys=gone)
    if request.tags:
        client.tag_queue(QueueUrl=url, Tags=request.tags)
    return made


def _delete_queue(request: Request, made: CreatedResource) -> None:
    client = request.client("sqs")
    try:
        client.delete_queue(QueueUrl=made.physical_id)
    except client.exceptions.QueueDoesNotExist:
        return


def _put_policy(request: Request, made: CreatedResource | None = None) -> CreatedResource:
    _set_policy(request, json_text(request.properties["PolicyDocument"]))
    return made or CreatedResource(request.generated_name(64))


def _delete_policy(request: Request, made: CreatedResource) -> None:
    client = request.client("sqs")
    try:
        _set_policy(request, "")
    except client.exceptions.QueueDoesNotExist:
        return


def _set_policy(request: Request, document: str) -> None:
    for queue in request.properties["Queues"]:
        request.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": document})


def _texts(attributes: dict[str, Any]) -> dict[str, str]:
    return {
        key: json_text(value) if isinstance(value, dict) else as_text(value) or ""
        for key, value in attributes.items()
    }


QUEUE = ResourceType(
    "AWS::SQS::Queue",
    _create_queue,
    _delete_queue,
    _update_queue,
    properties=frozenset(_DEFAULTS) | _FIFO | names("QueueName Tags"),
    fixed=_FIFO | names("QueueName"),
    attributes=names("Arn QueueName QueueUrl"),
    name_property="QueueName",
)
QUEUE_POLICY = ResourceType(
    "AWS::SQS::QueuePolicy",
    _put_policy,
    _delete_policy,
    _put_policy,
    properties=names("Queues PolicyDocument"),
    required=names("Queues PolicyDocument"),
    fixed=names("Queues"),
)
