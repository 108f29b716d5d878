"""AWS::StepFunctions::StateMachine in the backend that executes.

Patched in moto 5.2.5: the resource was created in the backend that only pretends to run; of its properties
only name, role, DefinitionString and tags were read; it had no Arn to Fn::GetAtt; removed tags stayed.
"""

from __future__ import annotations

from typing import Any

from moto.cloudformation.exceptions import ValidationError
from moto.core.exceptions import JsonRESTError
from moto.s3.models import s3_backends
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser.models import stepfunctions_parser_backends
from moto.utilities.utils import get_partition

from local_aws.core.patching import replace, wrap
from local_aws.services.stepfunctions.api.definitions import definition_of

_ATTRIBUTES = {"Arn": "arn", "Name": "name"}


def _create(
    _cls: Any, /, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
) -> Any:
    properties = cloudformation_json["Properties"]
    backend = stepfunctions_parser_backends[account_id][region_name]
    try:
        return backend.create_state_machine(
            name=properties.get("StateMachineName", resource_name),
            definition=_definition(properties, account_id, region_name),
            roleArn=properties["RoleArn"],
            tags=_tags(properties),
            loggingConfiguration=_api_names(properties.get("LoggingConfiguration")),
            tracingConfiguration=_api_names(properties.get("TracingConfiguration")),
            sm_type=properties.get("StateMachineType"),
        )
    except (ValueError, JsonRESTError) as err:
        raise _refused(err) from err


def _update(
    _cls: Any,
    original_resource: Any,
    new_resource_name: str,
    cloudformation_json: Any,
    account_id: str,
    region_name: str,
) -> Any:
    properties = cloudformation_json["Properties"]
    name = properties.get("StateMachineName", original_resource.name)
    if name != original_resource.name:
        replacement = _create(_cls, name, cloudformation_json, account_id, region_name)
        _delete(_cls, original_resource.arn, cloudformation_json, account_id, region_name)
        return replacement
    backend = stepfunctions_parser_backends[account_id][region_name]
    try:
        updated = backend.update_state_machine(
            original_resource.arn,
            definition=_definition(properties, account_id, region_name),
            role_arn=properties["RoleArn"],
            logging_configuration=_api_names(properties.get("LoggingConfiguration")) or {"level": "OFF"},
            tracing_configuration=_api_names(properties.get("TracingConfiguration")) or {"enabled": False},
        )
    except (ValueError, JsonRESTError) as err:
        raise _refused(err) from err
    backend.tagger.delete_all_tags_for_resource(updated.arn)
    backend.tagger.tag_resource(updated.arn, _tags(properties))
    return updated


def _delete(
    _cls: Any, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str
) -> None:
    stepfunctions_parser_backends[account_id][region_name].delete_state_machine(resource_name)


def _definition(properties: Any, account_id: str, region_name: str) -> str:
    backend = s3_backends[account_id][get_partition(region_name)]

    def read(bucket: str, key: str, version: str | None) -> str:
        found = backend.get_object(bucket, key, version_id=version)
        if found is None:
            raise ValueError(f"The definition s3://{bucket}/{key} does not exist.")
        return str(found.value.decode())

    return definition_of(properties, read)


def _tags(properties: Any) -> list[dict[str, str]]:
    return [{"key": tag["Key"], "value": tag["Value"]} for tag in properties.get("Tags", [])]


def _api_names(value: Any) -> Any:
    """A property as the API spells it: includeExecutionData for IncludeExecutionData."""
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: _api_names(item) for name, item in value.items()}
    return [_api_names(item) for item in value] if isinstance(value, list) else value


def _refused(error: Exception) -> ValidationError:
    return ValidationError(message=getattr(error, "message", None) or str(error))


def _get_attribute(original: Any, self: Any, attribute_name: str) -> Any:
    known = _ATTRIBUTES.get(attribute_name)
    return getattr(self, known) if known else original(self, attribute_name)


def _has_attribute(original: Any, attribute: str) -> bool:
    return attribute in _ATTRIBUTES or bool(original(attribute))


def apply() -> None:
    replace(
        StateMachine,
        create_from_cloudformation_json=classmethod(_create),
        update_from_cloudformation_json=classmethod(_update),
        delete_from_cloudformation_json=classmethod(_delete),
    )
    wrap(StateMachine, "get_cfn_attribute", _get_attribute)
    wrap(StateMachine, "has_cfn_attr", _has_attribute)
    replace(StateMachine, has_cfn_attr=staticmethod(StateMachine.has_cfn_attr))
