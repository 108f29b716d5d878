"""AWS::SSM::Parameter. moto 5.2.5 does not know the attributes of one in templates."""

from __future__ import annotations

from local_aws.services.cloudformation.resource import CreatedResource, Request, ResourceType
from local_aws.services.cloudformation.shapes import call
from local_aws.services.cloudformation.text import names

_PARAMETER = names("AllowedPattern DataType Description Tier Type Value")


def _create(request: Request) -> CreatedResource:
    name = str(request.properties.get("Name") or f"CFN-{request.generated_name(1000)}")
    call(
        request.client("ssm"),
        "put_parameter",
        Name=name,
        Tags=request.tag_list,
        **request.subset(*_PARAMETER),
    )
    return CreatedResource(name, _attributes(request))


def _update(request: Request, made: CreatedResource) -> CreatedResource:
    client, name = request.client("ssm"), made.physical_id
    call(client, "put_parameter", Name=name, Overwrite=True, **request.subset(*_PARAMETER))
    resource = {"ResourceType": "Parameter", "ResourceId": name}
    existing = [tag["Key"] for tag in client.list_tags_for_resource(**resource)["TagList"]]
    client.remove_tags_from_resource(**resource, TagKeys=[key for key in existing if key not in request.tags])
    client.add_tags_to_resource(**resource, Tags=request.tag_list)
    return CreatedResource(name, _attributes(request))


def _delete(request: Request, made: CreatedResource) -> None:
    client = request.client("ssm")
    try:
        client.delete_parameter(Name=made.physical_id)
    except client.exceptions.ParameterNotFound:
        return


def _attributes(request: Request) -> dict[str, str]:
    return {"Type": request.properties["Type"], "Value": str(request.properties["Value"])}


PARAMETER = ResourceType(
    "AWS::SSM::Parameter",
    _create,
    _delete,
    _update,
    # Tags of this type are a map in a template.
    properties=_PARAMETER | names("Name Tags"),
    required=names("Type Value"),
    fixed=names("Name DataType"),
    attributes=names("Type Value"),
    name_property="Name",
)
