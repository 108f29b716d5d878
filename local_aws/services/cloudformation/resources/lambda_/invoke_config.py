"""AWS::Lambda::EventInvokeConfig, which moto 5.2.5 does not know in templates."""

from __future__ import annotations

from local_aws.services.cloudformation.resource import CreatedResource, Request, ResourceType
from local_aws.services.cloudformation.shapes import call
from local_aws.services.cloudformation.text import names

_PROPERTIES = names("MaximumRetryAttempts MaximumEventAgeInSeconds DestinationConfig Qualifier")


def _put(request: Request, made: CreatedResource | None = None) -> CreatedResource:
    function = request.properties["FunctionName"]
    call(
        request.client("lambda"),
        "put_function_event_invoke_config",
        FunctionName=function,
        **{name: value for name, value in request.subset(*_PROPERTIES).items() if value != "$LATEST"},
    )
    return made or CreatedResource(request.generated_name(64))


def _delete(request: Request, made: CreatedResource) -> None:
    client = request.client("lambda")
    try:
        client.delete_function_event_invoke_config(FunctionName=request.properties["FunctionName"])
    except client.exceptions.ResourceNotFoundException:
        return


EVENT_INVOKE_CONFIG = ResourceType(
    "AWS::Lambda::EventInvokeConfig",
    _put,
    _delete,
    _put,
    properties=_PROPERTIES | {"FunctionName"},
    required=names("FunctionName Qualifier"),
    fixed=names("FunctionName Qualifier"),
)
