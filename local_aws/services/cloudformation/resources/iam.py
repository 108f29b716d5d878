"""IAM roles and policies.

moto 5.2.5 drops ManagedPolicyArns of a role, stores policy documents as dictionaries where its API wants
texts, and cannot delete a role that has policies.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from local_aws.services.cloudformation.resource import CreatedResource, Request, ResourceType
from local_aws.services.cloudformation.shapes import call, json_text
from local_aws.services.cloudformation.text import names


def _create_role(request: Request) -> CreatedResource:
    client, name = request.client("iam"), request.name("RoleName")
    created = call(
        client,
        "create_role",
        RoleName=name,
        AssumeRolePolicyDocument=json_text(request.properties["AssumeRolePolicyDocument"]),
        Tags=request.tag_list,
        **request.subset("Description", "MaxSessionDuration", "Path", "PermissionsBoundary"),
    )["Role"]
    _set_policies(request, name)
    return CreatedResource(name, {"Arn": created["Arn"], "RoleId": created["RoleId"]})


def _update_role(request: Request, made: CreatedResource) -> CreatedResource:
    client, name = request.client("iam"), made.physical_id
    trust = json_text(request.properties["AssumeRolePolicyDocument"])
    client.update_assume_role_policy(RoleName=name, PolicyDocument=trust)
    changed = {
        "Description": "",
        "MaxSessionDuration": 3600,
        **request.subset("Description", "MaxSessionDuration"),
    }
    call(client, "update_role", RoleName=name, **changed)
    _bound(request, name)
    _set_policies(request, name)
    existing = [tag["Key"] for tag in client.list_role_tags(RoleName=name)["Tags"]]
    client.untag_role(RoleName=name, TagKeys=[key for key in existing if key not in request.tags])
    client.tag_role(RoleName=name, Tags=request.tag_list)
    return made


def _delete_role(request: Request, made: CreatedResource) -> None:
    client, name = request.client("iam"), made.physical_id
    try:
        _drop_inline(client, name, _inline(request.properties))
        _detach(client, name, request.properties.get("ManagedPolicyArns", []))
        client.delete_role(RoleName=name)
    except client.exceptions.NoSuchEntityException:
        return


def _bound(request: Request, role: str) -> None:
    client, boundary = request.client("iam"), request.properties.get("PermissionsBoundary")
    if boundary:
        client.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=boundary)
    elif "PermissionsBoundary" in request.previous:
        client.delete_role_permissions_boundary(RoleName=role)


def _set_policies(request: Request, role: str) -> None:
    client = request.client("iam")
    wanted, before = _inline(request.properties), _inline(request.previous)
    for name, document in wanted.items():
        client.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=document)
    _drop_inline(client, role, before.keys() - wanted.keys())
    attached = request.properties.get("ManagedPolicyArns", [])
    for arn in attached:
        client.attach_role_policy(RoleName=role, PolicyArn=arn)
    _detach(client, role, set(request.previous.get("ManagedPolicyArns", [])) - set(attached))


def _inline(properties: Any) -> dict[str, str]:
    return {item["PolicyName"]: json_text(item["PolicyDocument"]) for item in properties.get("Policies", [])}


def _drop_inline(client: Any, role: str, names: Iterable[str]) -> None:
    for name in names:
        client.delete_role_policy(RoleName=role, PolicyName=name)


def _detach(client: Any, role: str, arns: Iterable[str]) -> None:
    for arn in arns:
        client.detach_role_policy(RoleName=role, PolicyArn=arn)


def _put_policy(request: Request, made: CreatedResource | None = None) -> CreatedResource:
    client, name = request.client("iam"), str(request.properties["PolicyName"])
    document = json_text(request.properties["PolicyDocument"])
    roles = request.properties["Roles"]
    for role in roles:
        client.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=document)
    for role in set(request.previous.get("Roles", [])) - set(roles):
        client.delete_role_policy(RoleName=role, PolicyName=name)
    return made or CreatedResource(request.generated_name(64))


def _delete_policy(request: Request, made: CreatedResource) -> None:
    client = request.client("iam")
    for role in request.properties["Roles"]:
        try:
            client.delete_role_policy(RoleName=role, PolicyName=request.properties["PolicyName"])
        except client.exceptions.NoSuchEntityException:
            continue


ROLE = ResourceType(
    "AWS::IAM::Role",
    _create_role,
    _delete_role,
    _update_role,
    properties=names(
        "AssumeRolePolicyDocument Description ManagedPolicyArns MaxSessionDuration Path PermissionsBoundary "
        "Policies RoleName Tags"
    ),
    required=names("AssumeRolePolicyDocument"),
    fixed=names("RoleName Path"),
    attributes=names("Arn RoleId"),
    name_property="RoleName",
)
POLICY = ResourceType(
    "AWS::IAM::Policy",
    _put_policy,
    _delete_policy,
    _put_policy,
    properties=names("PolicyName PolicyDocument Roles"),
    required=names("PolicyName PolicyDocument Roles"),
    fixed=names("PolicyName"),
)
