"""Model package groups: moto 5.2.5 overwrites one of the same name, and can't delete any.

The sentence of a name that is taken is AWS's, the others are our own.
"""

from __future__ import annotations

from typing import Any

from moto.sagemaker.exceptions import ConflictException, ValidationError

from local_aws.services.sagemaker.control_plane.actions import Call, answer, empty, result
from local_aws.services.sagemaker.control_plane.registry.listing import chosen, chosen_page
from local_aws.services.sagemaker.control_plane.registry.lookup import changing, find_group


def apply() -> None:
    answer("CreateModelPackageGroup", _create)
    answer("DescribeModelPackageGroup", _describe)
    answer("ListModelPackageGroups", _list)
    answer("DeleteModelPackageGroup", _delete)


def _create(call: Call) -> Any:
    if "ManagedConfiguration" in call.request:
        raise ValidationError(
            message="ManagedConfiguration of a model package group: not implemented locally."
        )
    name = call.request["ModelPackageGroupName"]
    with changing:
        if name in call.backend.model_package_groups:
            arn = call.arn("model-package-group", name)
            raise ValidationError(message=f"Model Package Group already exists: {arn}")
        described = call.moto()
    group = call.backend.model_package_groups[name]
    group.created_by, group.last_version = call.created_by, 0
    return described


def _describe(call: Call) -> Any:
    group = find_group(call, call.request["ModelPackageGroupName"])
    return result(**_summary(group), CreatedBy=group.created_by)


def _list(call: Call) -> Any:
    groups = chosen(call, call.backend.model_package_groups.values(), "model_package_group_name")
    found, token = chosen_page(call, groups)
    return result(ModelPackageGroupSummaryList=[_summary(group) for group in found], NextToken=token)


def _delete(call: Call) -> Any:
    with changing:
        group = find_group(call, call.request["ModelPackageGroupName"])
        name = group.model_package_group_name
        versions = [
            package.arn
            for package in call.backend.model_packages.values()
            if package.model_package_group_name == name
        ]
        if versions:
            raise ConflictException(
                f"Cannot delete ModelPackageGroup {group.arn}: it has {len(versions)} model package(s); "
                "delete them first."
            )
        del call.backend.model_package_groups[name]
    return empty()


def _summary(group: Any) -> dict[str, Any]:
    described: dict[str, Any] = group.gen_response_object()
    return {name: value for name, value in described.items() if value is not None}
