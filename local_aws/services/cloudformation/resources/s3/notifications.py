"""The event notifications of a bucket: a template spells them otherwise than the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.services.cloudformation.shapes import require_known

# Property: (member of the API, where the template names the target, where the API does).
_TARGETS = {
    "LambdaConfigurations": ("LambdaFunctionConfigurations", "Function", "LambdaFunctionArn"),
    "QueueConfigurations": ("QueueConfigurations", "Queue", "QueueArn"),
    "TopicConfigurations": ("TopicConfigurations", "Topic", "TopicArn"),
}


def notifications(value: dict[str, Any]) -> dict[str, Any]:
    """NotificationConfiguration of the API for the property of a template; an unknown member is refused."""
    require_known(value, " ".join(_TARGETS), "NotificationConfiguration")
    return {
        member: [_notification(item, target, target_arn) for item in value[name]]
        for name, (member, target, target_arn) in _TARGETS.items()
        if name in value
    }


def _notification(item: dict[str, Any], target: str, target_arn: str) -> dict[str, Any]:
    require_known(item, f"Event Filter {target}", "a notification of AWS::S3::Bucket")
    return {target_arn: item[target], "Events": [item["Event"]], **_filter(item)}


def _filter(item: Mapping[str, Any]) -> dict[str, Any]:
    if "Filter" not in item:
        return {}
    return {"Filter": {"Key": {"FilterRules": item["Filter"]["S3Key"]["Rules"]}}}
