"""SNS topics, subscriptions and topic policies.

moto 5.2.5 knows only topics in templates, and few of their properties.
"""

from __future__ import annotations

from typing import Any

from local_aws.services.cloudformation.resource import CreatedResource, Request, ResourceType
from local_aws.services.cloudformation.shapes import json_text
from local_aws.services.cloudformation.text import as_text, names

_TOPIC = names(
    "DisplayName KmsMasterKeyId FifoTopic ContentBasedDeduplication SignatureVersion TracingConfig"
)
_SUBSCRIPTION = names(
    "DeliveryPolicy FilterPolicy FilterPolicyScope RawMessageDelivery RedrivePolicy SubscriptionRoleArn"
)


def _create_topic(request: Request) -> CreatedResource:
    client = request.client("sns")
    name = request.name("TopicName", 256)
    attributes = {key: _attribute(value) for key, value in request.subset(*_TOPIC).items()}
    arn = client.create_topic(Name=name, Attributes=attributes, Tags=request.tag_list)["TopicArn"]
    for item in request.properties.get("Subscription", []):
        client.subscribe(TopicArn=arn, Protocol=item["Protocol"], Endpoint=item["Endpoint"])
    return CreatedResource(arn, {"TopicArn": arn, "TopicName": name})


def _update_topic(request: Request, made: CreatedResource) -> CreatedResource:
    client, arn = request.client("sns"), made.physical_id
    for key in _TOPIC:
        before, after = request.previous.get(key), request.properties.get(key)
        if before != after:
            client.set_topic_attributes(TopicArn=arn, AttributeName=key, AttributeValue=_attribute(after))
    existing = [tag["Key"] for tag in client.list_tags_for_resource(ResourceArn=arn)["Tags"]]
    if gone := [key for key in existing if key not in request.tags]:
        client.untag_resource(ResourceArn=arn, TagKeys=gone)
    if request.tags:
        client.tag_resource(ResourceArn=arn, Tags=request.tag_list)
    return made


def _delete_topic(request: Request, made: CreatedResource) -> None:
    client = request.client("sns")
    try:
        # AWS drops a topic's subscriptions with it; moto keeps them.
        for item in client.list_subscriptions_by_topic(TopicArn=made.physical_id)["Subscriptions"]:
            client.unsubscribe(SubscriptionArn=item["SubscriptionArn"])
        client.delete_topic(TopicArn=made.physical_id)
    except client.exceptions.NotFoundException:
        return


def _subscribe(request: Request) -> CreatedResource:
    attributes = {key: _attribute(value) for key, value in request.subset(*_SUBSCRIPTION).items()}
    arn = request.client("sns").subscribe(
        TopicArn=request.properties["TopicArn"],
        Protocol=request.properties["Protocol"],
        Endpoint=request.properties["Endpoint"],
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]
    return CreatedResource(arn, {"Arn": arn})


def _update_subscription(request: Request, made: CreatedResource) -> CreatedResource:
    for key in _SUBSCRIPTION:
        before, after = request.previous.get(key), request.properties.get(key)
        if before != after:
            request.client("sns").set_subscription_attributes(
                SubscriptionArn=made.physical_id, AttributeName=key, AttributeValue=_attribute(after)
            )
    return made


def _unsubscribe(request: Request, made: CreatedResource) -> None:
    request.client("sns").unsubscribe(SubscriptionArn=made.physical_id)


def _put_policy(request: Request, made: CreatedResource | None = None) -> CreatedResource:
    document = json_text(request.properties["PolicyDocument"])
    for topic in request.properties["Topics"]:
        request.client("sns").set_topic_attributes(
            TopicArn=topic, AttributeName="Policy", AttributeValue=document
        )
    return made or CreatedResource(request.generated_name(64))


def _delete_policy(request: Request, made: CreatedResource) -> None:
    """A topic keeps a policy for as long as it lives; CloudFormation leaves the last one, too."""


def _attribute(value: Any) -> str:
    return json_text(value) if isinstance(value, dict | list) else as_text(value) or ""


TOPIC = ResourceType(
    "AWS::SNS::Topic",
    _create_topic,
    _delete_topic,
    _update_topic,
    properties=_TOPIC | names("TopicName Subscription Tags"),
    fixed=names("TopicName FifoTopic Subscription"),
    attributes=names("TopicArn TopicName"),
    name_property="TopicName",
)
SUBSCRIPTION = ResourceType(
    "AWS::SNS::Subscription",
    _subscribe,
    _unsubscribe,
    _update_subscription,
    properties=_SUBSCRIPTION | names("TopicArn Protocol Endpoint"),
    required=names("TopicArn Protocol Endpoint"),
    fixed=names("TopicArn Protocol Endpoint"),
    attributes=names("Arn"),
)
TOPIC_POLICY = ResourceType(
    "AWS::SNS::TopicPolicy",
    _put_policy,
    _delete_policy,
    _put_policy,
    properties=names("Topics PolicyDocument"),
    required=names("Topics PolicyDocument"),
)
