"""The lifecycle rules of a bucket: a template spells them otherwise than the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.services.cloudformation.shapes import require_known

_RULE = (
    "Id Status Prefix TagFilters ExpirationInDays ExpirationDate ExpiredObjectDeleteMarker "
    "NoncurrentVersionExpiration AbortIncompleteMultipartUpload Transitions"
)
_EXPIRATION = {
    "ExpirationInDays": "Days",
    "ExpirationDate": "Date",
    "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker",
}
_TRANSITION = {"TransitionInDays": "Days", "TransitionDate": "Date", "StorageClass": "StorageClass"}


def lifecycle(value: Mapping[str, Any]) -> dict[str, Any]:
    """LifecycleConfiguration of the API for the property of a template; an unknown member is refused."""
    return {"Rules": [_rule(rule) for rule in value["Rules"]]}


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    require_known(rule, _RULE, "a lifecycle rule of AWS::S3::Bucket")
    converted: dict[str, Any] = {"Status": rule["Status"], "Filter": _filter(rule)}
    if "Id" in rule:
        converted["ID"] = rule["Id"]
    if expiration := {name: rule[key] for key, name in _EXPIRATION.items() if key in rule}:
        converted["Expiration"] = expiration
    for name in ("NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"):
        if name in rule:
            converted[name] = rule[name]
    if "Transitions" in rule:
        converted["Transitions"] = [
            {name: part[key] for key, name in _TRANSITION.items() if key in part}
            for part in rule["Transitions"]
        ]
    return converted


def _filter(rule: Mapping[str, Any]) -> dict[str, Any]:
    prefix, tags = rule.get("Prefix", ""), rule.get("TagFilters", [])
    if not tags:
        return {"Prefix": prefix}
    return {"And": {"Prefix": prefix, "Tags": tags}}
