"""AWS::StepFunctions::StateMachine, made by moto's own model, which services.stepfunctions patches."""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.models import StateMachine

from local_aws.services.cloudformation.resource import Made, Request, ResourceType
from local_aws.services.cloudformation.text import words

_ATTRIBUTES = words("Arn Name")


def _create(request: Request) -> Made:
    model = StateMachine.create_from_cloudformation_json(
        request.name("StateMachineName", 80),
        _as_json(request),
        request.identity.account_id,
        request.identity.region,
        LogicalId=request.logical_id,
        StackId=request.identity.stack_id,
        ResourceType=request.type_name,
    )
    return _made(model)


def _update(request: Request, made: Made) -> Made:
    model = StateMachine.update_from_cloudformation_json(
        original_resource=made.handle,
        new_resource_name=made.attributes["Name"],
        cloudformation_json=_as_json(request),
        account_id=request.identity.account_id,
        region_name=request.identity.region,
    )
    return _made(model)


def _delete(request: Request, made: Made) -> None:
    StateMachine.delete_from_cloudformation_json(
        made.physical_id, _as_json(request), request.identity.account_id, request.identity.region
    )


def _as_json(request: Request) -> dict[str, Any]:
    tags = {"Tags": request.tag_list} if request.tags else {}
    return {"Type": request.type_name, "Properties": {**request.properties, **tags}}


def _made(model: Any) -> Made:
    known = [name for name in _ATTRIBUTES if type(model).has_cfn_attr(name)]
    return Made(model.physical_resource_id, {name: model.get_cfn_attribute(name) for name in known}, model)


STATE_MACHINE = ResourceType(
    "AWS::StepFunctions::StateMachine",
    _create,
    _delete,
    _update,
    properties=words(
        "Definition DefinitionS3Location DefinitionString DefinitionSubstitutions EncryptionConfiguration "
        "LoggingConfiguration RoleArn StateMachineName StateMachineType Tags TracingConfiguration"
    ),
    required=words("RoleArn"),
    fixed=words("StateMachineName StateMachineType"),
    attributes=_ATTRIBUTES,
    name_property="StateMachineName",
)
