"""AWS::Lambda::Permission, which moto 5.2.5 takes for good."""

from __future__ import annotations

from local_aws.services.cloudformation.resource import CreatedResource, Request, ResourceType
from local_aws.services.cloudformation.shapes import call
from local_aws.services.cloudformation.text import names

_PROPERTIES = names(
    "Action Principal SourceArn SourceAccount EventSourceToken FunctionUrlAuthType PrincipalOrgID"
)


def _create(request: Request) -> CreatedResource:
    statement = request.generated_name(100)
    function = request.properties["FunctionName"]
    call(
        request.client("lambda"),
        "add_permission",
        FunctionName=function,
        StatementId=statement,
        **request.subset(*_PROPERTIES),
    )
    return CreatedResource(statement, {"Id": statement})


def _delete(request: Request, made: CreatedResource) -> None:
    client = request.client("lambda")
    try:
        client.remove_permission(
            FunctionName=request.properties["FunctionName"], StatementId=made.physical_id
        )
    except client.exceptions.ResourceNotFoundException:
        return


PERMISSION = ResourceType(
    "AWS::Lambda::Permission",
    _create,
    _delete,
    properties=_PROPERTIES | {"FunctionName"},
    required=names("Action FunctionName Principal"),
    attributes=names("Id"),
)
