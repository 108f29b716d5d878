"""AWS::S3::Bucket. moto 5.2.5 takes any name, keeps encryption and tags, and drops the other properties."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from local_aws.services.cloudformation.errors import ResourceFailed
from local_aws.services.cloudformation.resource import CreatedResource, Request, ResourceType
from local_aws.services.cloudformation.resources.s3.lifecycle import lifecycle
from local_aws.services.cloudformation.resources.s3.notifications import notifications
from local_aws.services.cloudformation.shapes import call
from local_aws.services.cloudformation.text import names

_NAME_LENGTH = 63
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


def _create(request: Request) -> CreatedResource:
    name = request.name("BucketName", _NAME_LENGTH)
    name = name if "BucketName" in request.properties else name.lower()
    if not _NAME.fullmatch(name):
        raise ResourceFailed(f"The specified bucket is not valid: {name}")
    region = request.identity.region
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    request.client("s3").create_bucket(Bucket=name, **where)
    _configure(request, name)
    return CreatedResource(name, _attributes(name, region))


def _update(request: Request, made: CreatedResource) -> CreatedResource:
    _configure(request, made.physical_id)
    return made


def _delete(request: Request, made: CreatedResource) -> None:
    client = request.client("s3")
    try:
        client.delete_bucket(Bucket=made.physical_id)
    except client.exceptions.NoSuchBucket:
        return


def _configure(request: Request, bucket: str) -> None:
    for name, apply in _SETTINGS.items():
        before, after = request.previous.get(name), request.properties.get(name)
        if before != after:
            apply(request.client("s3"), bucket, after)
    tags = request.tag_list
    if tags:
        request.client("s3").put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags})
    elif request.previous.get("Tags"):
        request.client("s3").delete_bucket_tagging(Bucket=bucket)


def _versioning(client: Any, bucket: str, value: Any) -> None:
    # Versioning can be suspended, never taken back.
    call(
        client,
        "put_bucket_versioning",
        Bucket=bucket,
        VersioningConfiguration=value or {"Status": "Suspended"},
    )


def _encryption(client: Any, bucket: str, value: Any) -> None:
    if value is None:
        client.delete_bucket_encryption(Bucket=bucket)
        return
    rules = [
        {_ENCRYPTION_NAMES.get(name, name): member for name, member in rule.items()}
        for rule in value["ServerSideEncryptionConfiguration"]
    ]
    call(client, "put_bucket_encryption", Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})


def _public_access(client: Any, bucket: str, value: Any) -> None:
    if value is None:
        client.delete_public_access_block(Bucket=bucket)
    else:
        call(client, "put_public_access_block", Bucket=bucket, PublicAccessBlockConfiguration=value)


def _ownership(client: Any, bucket: str, value: Any) -> None:
    if value is None:
        client.delete_bucket_ownership_controls(Bucket=bucket)
    else:
        call(client, "put_bucket_ownership_controls", Bucket=bucket, OwnershipControls=value)


def _lifecycle(client: Any, bucket: str, value: Any) -> None:
    if value is None:
        client.delete_bucket_lifecycle(Bucket=bucket)
    else:
        call(
            client,
            "put_bucket_lifecycle_configuration",
            Bucket=bucket,
            LifecycleConfiguration=lifecycle(value),
        )


def _logging(client: Any, bucket: str, value: Any) -> None:
    target = (
        {"TargetBucket": value["DestinationBucketName"], "TargetPrefix": value.get("LogFilePrefix", "")}
        if value
        else None
    )
    status = {"LoggingEnabled": target} if target else {}
    call(client, "put_bucket_logging", Bucket=bucket, BucketLoggingStatus=status)


def _notification(client: Any, bucket: str, value: Any) -> None:
    call(
        client,
        "put_bucket_notification_configuration",
        Bucket=bucket,
        NotificationConfiguration=notifications(value or {}),
    )


def _attributes(name: str, region: str) -> dict[str, str]:
    return {
        "Arn": f"arn:aws:s3:::{name}",
        "DomainName": f"{name}.s3.amazonaws.com",
        "RegionalDomainName": f"{name}.s3.{region}.amazonaws.com",
        "DualStackDomainName": f"{name}.s3.dualstack.{region}.amazonaws.com",
    }


_ENCRYPTION_NAMES = {"ServerSideEncryptionByDefault": "ApplyServerSideEncryptionByDefault"}
_SETTINGS: dict[str, Callable[[Any, str, Any], None]] = {
    "OwnershipControls": _ownership,
    "PublicAccessBlockConfiguration": _public_access,
    "BucketEncryption": _encryption,
    "VersioningConfiguration": _versioning,
    "LifecycleConfiguration": _lifecycle,
    "LoggingConfiguration": _logging,
    "NotificationConfiguration": _notification,
}

BUCKET = ResourceType(
    "AWS::S3::Bucket",
    _create,
    _delete,
    _update,
    properties=frozenset(_SETTINGS) | {"BucketName", "Tags"},
    fixed=names("BucketName"),
    attributes=names("Arn DomainName RegionalDomainName DualStackDomainName"),
    name_property="BucketName",
)
