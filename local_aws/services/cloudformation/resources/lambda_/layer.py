"""AWS::Lambda::LayerVersion, whose Ref moto 5.2.5 answers with the layer's name."""

from __future__ import annotations

from local_aws.services.cloudformation.resource import CreatedResource, Request, ResourceType
from local_aws.services.cloudformation.shapes import call
from local_aws.services.cloudformation.text import names

_PROPERTIES = names("Content Description CompatibleRuntimes CompatibleArchitectures LicenseInfo")


def _create(request: Request) -> CreatedResource:
    published = call(
        request.client("lambda"),
        "publish_layer_version",
        LayerName=request.name("LayerName", 140),
        **request.subset(*_PROPERTIES),
    )
    arn = published["LayerVersionArn"]
    return CreatedResource(arn, {"LayerVersionArn": arn})


def _delete(request: Request, made: CreatedResource) -> None:
    name, version = made.physical_id.split(":")[-2:]
    request.client("lambda").delete_layer_version(LayerName=name, VersionNumber=int(version))


LAYER_VERSION = ResourceType(
    "AWS::Lambda::LayerVersion",
    _create,
    _delete,
    properties=_PROPERTIES | {"LayerName"},
    required=names("Content"),
    attributes=names("LayerVersionArn"),
)
