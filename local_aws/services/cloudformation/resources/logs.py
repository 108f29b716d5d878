"""AWS::Logs::LogGroup. moto 5.2.5 creates the group of a template and drops its retention and tags."""

from __future__ import annotations

from typing import Any

from local_aws.services.cloudformation.resource import CreatedResource, Request, ResourceType
from local_aws.services.cloudformation.shapes import call
from local_aws.services.cloudformation.text import names


def _create(request: Request) -> CreatedResource:
    name = request.name("LogGroupName", 512)
    call(
        request.client("logs"),
        "create_log_group",
        logGroupName=name,
        **({"tags": request.tags} if request.tags else {}),
        **({"kmsKeyId": request.properties["KmsKeyId"]} if "KmsKeyId" in request.properties else {}),
    )
    _retain(request, name)
    where = request.identity
    return CreatedResource(
        name, {"Arn": f"arn:aws:logs:{where.region}:{where.account_id}:log-group:{name}:*"}
    )


def _update(request: Request, made: CreatedResource) -> CreatedResource:
    _retain(request, made.physical_id)
    _encrypt(request, made.physical_id)
    client, arn = request.client("logs"), made.attributes["Arn"].removesuffix(":*")
    existing: dict[str, Any] = client.list_tags_for_resource(resourceArn=arn)["tags"]
    if gone := sorted(existing.keys() - request.tags.keys()):
        client.untag_resource(resourceArn=arn, tagKeys=gone)
    if request.tags:
        client.tag_resource(resourceArn=arn, tags=request.tags)
    return made


def _delete(request: Request, made: CreatedResource) -> None:
    client = request.client("logs")
    try:
        client.delete_log_group(logGroupName=made.physical_id)
    except client.exceptions.ResourceNotFoundException:
        return


def _encrypt(request: Request, name: str) -> None:
    client, key = request.client("logs"), request.properties.get("KmsKeyId")
    if key != request.previous.get("KmsKeyId"):
        if key is None:
            client.disassociate_kms_key(logGroupName=name)
        else:
            client.associate_kms_key(logGroupName=name, kmsKeyId=key)


def _retain(request: Request, name: str) -> None:
    client, days = request.client("logs"), request.properties.get("RetentionInDays")
    if days is not None:
        call(client, "put_retention_policy", logGroupName=name, retentionInDays=days)
    elif "RetentionInDays" in request.previous:
        client.delete_retention_policy(logGroupName=name)


LOG_GROUP = ResourceType(
    "AWS::Logs::LogGroup",
    _create,
    _delete,
    _update,
    properties=names("LogGroupName RetentionInDays KmsKeyId Tags"),
    fixed=names("LogGroupName"),
    attributes=names("Arn"),
    name_property="LogGroupName",
)
