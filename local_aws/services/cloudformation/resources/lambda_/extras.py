"""What belongs to a Lambda function: layers, permissions and how it is invoked asynchronously.

moto 5.2.5 answers Ref of a layer version with the layer's name, takes permissions for good, and does not know
AWS::Lambda::EventInvokeConfig in templates.
"""

from __future__ import annotations

from local_aws.services.cloudformation.resource import Made, Request, ResourceType
from local_aws.services.cloudformation.shapes import call
from local_aws.services.cloudformation.text import words

_LAYER = words("Content Description CompatibleRuntimes CompatibleArchitectures LicenseInfo")
_PERMISSION = words(
    "Action Principal SourceArn SourceAccount EventSourceToken FunctionUrlAuthType PrincipalOrgID"
)
_INVOKE = words("MaximumRetryAttempts MaximumEventAgeInSeconds DestinationConfig Qualifier")


def _publish_layer(request: Request) -> Made:
    published = call(
        request.client("lambda"),
        "publish_layer_version",
        LayerName=request.name("LayerName", 140),
        **request.subset(*_LAYER),
    )
    arn = published["LayerVersionArn"]
    return Made(arn, {"LayerVersionArn": arn})


def _delete_layer(request: Request, made: Made) -> None:
    name, version = made.physical_id.split(":")[-2:]
    request.client("lambda").delete_layer_version(LayerName=name, VersionNumber=int(version))


def _add_permission(request: Request) -> Made:
    statement = request.generated_name(100)
    function = request.properties["FunctionName"]
    call(
        request.client("lambda"),
        "add_permission",
        FunctionName=function,
        StatementId=statement,
        **request.subset(*_PERMISSION),
    )
    return Made(statement, {"Id": statement})


def _remove_permission(request: Request, made: Made) -> None:
    client = request.client("lambda")
    try:
        client.remove_permission(
            FunctionName=request.properties["FunctionName"], StatementId=made.physical_id
        )
    except client.exceptions.ResourceNotFoundException:
        return


def _put_invoke_config(request: Request, made: Made | None = None) -> Made:
    function = request.properties["FunctionName"]
    call(
        request.client("lambda"),
        "put_function_event_invoke_config",
        FunctionName=function,
        **{name: value for name, value in request.subset(*_INVOKE).items() if value != "$LATEST"},
    )
    return made or Made(request.generated_name(64))


def _delete_invoke_config(request: Request, made: Made) -> None:
    client = request.client("lambda")
    try:
        client.delete_function_event_invoke_config(FunctionName=request.properties["FunctionName"])
    except client.exceptions.ResourceNotFoundException:
        return


LAYER_VERSION = ResourceType(
    "AWS::Lambda::LayerVersion",
    _publish_layer,
    _delete_layer,
    properties=_LAYER | {"LayerName"},
    required=words("Content"),
    attributes=words("LayerVersionArn"),
)
PERMISSION = ResourceType(
    "AWS::Lambda::Permission",
    _add_permission,
    _remove_permission,
    properties=_PERMISSION | {"FunctionName"},
    required=words("Action FunctionName Principal"),
    attributes=words("Id"),
)
EVENT_INVOKE_CONFIG = ResourceType(
    "AWS::Lambda::EventInvokeConfig",
    _put_invoke_config,
    _delete_invoke_config,
    _put_invoke_config,
    properties=_INVOKE | {"FunctionName"},
    required=words("FunctionName Qualifier"),
    fixed=words("FunctionName Qualifier"),
)
