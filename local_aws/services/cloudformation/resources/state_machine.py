"""AWS::StepFunctions::StateMachine.

moto 5.2.5's own model reads name, role, DefinitionString and tags only, and pretends to run.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from local_aws.services.cloudformation.errors import ResourceFailed
from local_aws.services.cloudformation.resource import CreatedResource, Request, ResourceType
from local_aws.services.cloudformation.resources.state_machine_definition import definition_of
from local_aws.services.cloudformation.shapes import call
from local_aws.services.cloudformation.text import names

_SETTINGS = ("RoleArn", "LoggingConfiguration", "TracingConfiguration", "EncryptionConfiguration")
# What UpdateStateMachine has to be told when a template no longer says it.
_DEFAULTS = {
    "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
    "loggingConfiguration": {"level": "OFF"},
    "tracingConfiguration": {"enabled": False},
}


def _create(request: Request) -> CreatedResource:
    name = request.name("StateMachineName", 80)
    given = request.properties.get("StateMachineType")
    created = call(
        request.client("stepfunctions"),
        "create_state_machine",
        name=name,
        tags=_tags(request),
        **({"type": given} if given else {}),
        **_settings(request),
    )
    arn = created["stateMachineArn"]
    return CreatedResource(arn, {"Arn": arn, "Name": name})


def _update(request: Request, made: CreatedResource) -> CreatedResource:
    client, arn = request.client("stepfunctions"), made.physical_id
    call(client, "update_state_machine", stateMachineArn=arn, **{**_DEFAULTS, **_settings(request)})
    gone = {tag["key"] for tag in client.list_tags_for_resource(resourceArn=arn)["tags"]} - set(request.tags)
    if gone:
        client.untag_resource(resourceArn=arn, tagKeys=sorted(gone))
    client.tag_resource(resourceArn=arn, tags=_tags(request))
    return made


def _delete(request: Request, made: CreatedResource) -> None:
    request.client("stepfunctions").delete_state_machine(stateMachineArn=made.physical_id)


def _settings(request: Request) -> dict[str, Any]:
    settings: dict[str, Any] = _api_names(request.subset(*_SETTINGS))
    return {"definition": _definition(request), **settings}


def _definition(request: Request) -> str:
    def read(bucket: str, key: str, version: str | None) -> str:
        wanted = {"VersionId": version} if version else {}
        try:
            found = request.client("s3").get_object(Bucket=bucket, Key=key, **wanted)
        except ClientError as err:
            raise ResourceFailed(
                f"The definition s3://{bucket}/{key} cannot be read: {err.response['Error']['Message']}"
            ) from err
        text: bytes = found["Body"].read()
        return text.decode()

    try:
        return definition_of(request.properties, read)
    except ValueError as err:
        raise ResourceFailed(str(err)) from err


def _tags(request: Request) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in request.tags.items()]


def _api_names(value: Any) -> Any:
    """A property as the API spells it: includeExecutionData for IncludeExecutionData."""
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: _api_names(item) for name, item in value.items()}
    return [_api_names(item) for item in value] if isinstance(value, list) else value


STATE_MACHINE = ResourceType(
    "AWS::StepFunctions::StateMachine",
    _create,
    _delete,
    _update,
    properties=names(
        "Definition DefinitionS3Location DefinitionString DefinitionSubstitutions EncryptionConfiguration "
        "LoggingConfiguration RoleArn StateMachineName StateMachineType Tags TracingConfiguration"
    ),
    required=names("RoleArn"),
    fixed=names("StateMachineName StateMachineType"),
    attributes=names("Arn Name"),
    name_property="StateMachineName",
)
