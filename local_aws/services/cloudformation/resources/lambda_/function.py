"""AWS::Lambda::Function.

moto 5.2.5 drops Layers, Tags, TracingConfig and LoggingConfig of a template, and keeps its numbers as texts.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from local_aws.services.cloudformation.resource import CreatedResource, Request, ResourceType
from local_aws.services.cloudformation.shapes import call, require_known
from local_aws.services.cloudformation.text import names

_CONFIGURATION = names(
    "Handler Role Runtime Description Timeout MemorySize Environment Layers TracingConfig LoggingConfig "
    "EphemeralStorage DeadLetterConfig KmsKeyArn VpcConfig"
)
# Where the API spells a property otherwise.
_SPELLED = {"KmsKeyArn": "KMSKeyArn"}
# What UpdateFunctionConfiguration has to be told when a template no longer says it.
_DEFAULTS: dict[str, Any] = {
    "Description": "",
    "Timeout": 3,
    "MemorySize": 128,
    "Environment": {"Variables": {}},
    "Layers": [],
    "TracingConfig": {"Mode": "PassThrough"},
    "EphemeralStorage": {"Size": 512},
    "KmsKeyArn": "",
    "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []},
}


def _create(request: Request) -> CreatedResource:
    name = request.name("FunctionName")
    created = call(
        request.client("lambda"),
        "create_function",
        FunctionName=name,
        Code=_code(request),
        Tags=request.tags,
        **_spelled(request.subset(*_CONFIGURATION, "Architectures", "PackageType")),
    )
    _reserve(request, name)
    return CreatedResource(name, {"Arn": created["FunctionArn"]})


def _update(request: Request, made: CreatedResource) -> CreatedResource:
    client, name = request.client("lambda"), made.physical_id
    if request.subset("Code", "Architectures") != _before(request, "Code", "Architectures"):
        code = _code(request)
        call(client, "update_function_code", FunctionName=name, **code, **request.subset("Architectures"))
    if request.subset(*_CONFIGURATION) != _before(request, *_CONFIGURATION):
        call(
            client,
            "update_function_configuration",
            FunctionName=name,
            **_spelled({**_forgotten(request), **request.subset(*_CONFIGURATION)}),
        )
    _retag(request, made)
    _reserve(request, name)
    return made


def _delete(request: Request, made: CreatedResource) -> None:
    client = request.client("lambda")
    try:
        client.delete_function(FunctionName=made.physical_id)
    except client.exceptions.ResourceNotFoundException:
        return


def _spelled(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {_SPELLED.get(name, name): value for name, value in properties.items()}


def _before(request: Request, *names: str) -> dict[str, Any]:
    return {name: request.previous[name] for name in names if name in request.previous}


def _forgotten(request: Request) -> dict[str, Any]:
    dropped = request.previous.keys() - request.properties.keys()
    return {name: value for name, value in _DEFAULTS.items() if name in dropped}


def _code(request: Request) -> dict[str, Any]:
    code = request.properties["Code"]
    if "ZipFile" in code:
        return {"ZipFile": _inline_archive(code["ZipFile"], str(request.properties.get("Runtime", "")))}
    return require_known(code, "S3Bucket S3Key S3ObjectVersion", "Code of AWS::Lambda::Function")


def _inline_archive(source: str, runtime: str) -> bytes:
    """CloudFormation stores inline code as the module `index`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        name = "index.py" if runtime.startswith("python") else "index.js"
        archive.writestr(zipfile.ZipInfo(name), source)
    return buffer.getvalue()


def _retag(request: Request, made: CreatedResource) -> None:
    client, arn = request.client("lambda"), made.attributes["Arn"]
    existing = client.list_tags(Resource=arn)["Tags"]
    if gone := sorted(existing.keys() - request.tags.keys()):
        client.untag_resource(Resource=arn, TagKeys=gone)
    if request.tags:
        client.tag_resource(Resource=arn, Tags=request.tags)


def _reserve(request: Request, name: str) -> None:
    client, key = request.client("lambda"), "ReservedConcurrentExecutions"
    if key in request.properties:
        call(client, "put_function_concurrency", FunctionName=name, **request.subset(key))
    elif key in request.previous:
        client.delete_function_concurrency(FunctionName=name)


FUNCTION = ResourceType(
    "AWS::Lambda::Function",
    _create,
    _delete,
    _update,
    properties=_CONFIGURATION
    | names("FunctionName Code Architectures PackageType Tags ReservedConcurrentExecutions"),
    required=names("Code Role"),
    fixed=names("FunctionName PackageType"),
    attributes=names("Arn"),
    name_property="FunctionName",
)
