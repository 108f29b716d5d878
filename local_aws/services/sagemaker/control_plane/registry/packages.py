"""Model packages: moto 5.2.5 forgets fields, on an update those that it does not name, too.

It has no default approval status either, numbers a version anew after one was deleted, and deletes none.
Sources: CreateModelPackage, UpdateModelPackage and their neighbours in the API reference. It has no sentences
of refusals: those here are our own.
"""

from __future__ import annotations

from typing import Any

from moto.core.utils import utcnow
from moto.sagemaker.exceptions import ValidationError

from local_aws.services.sagemaker.control_plane.actions import Call, answer, empty, result
from local_aws.services.sagemaker.control_plane.registry.events import announce
from local_aws.services.sagemaker.control_plane.registry.listing import chosen, chosen_page
from local_aws.services.sagemaker.control_plane.registry.lookup import changing, find_group, find_package
from local_aws.services.sagemaker.control_plane.registry.making import (
    EXTRAS,
    unversioned,
    versioned,
)

_SUMMARY = (
    "ModelPackageArn",
    "ModelPackageName",
    "ModelPackageGroupName",
    "ModelPackageVersion",
    "ModelPackageDescription",
    "CreationTime",
    "ModelPackageStatus",
    "ModelApprovalStatus",
    "ModelLifeCycle",
    "ModelPackageRegistrationType",
)


def apply() -> None:
    answer("CreateModelPackage", _create)
    answer("DescribeModelPackage", _describe)
    answer("UpdateModelPackage", _update)
    answer("ListModelPackages", _list)
    answer("DeleteModelPackage", _delete)


def _create(call: Call) -> Any:
    request = call.request
    if ("ModelPackageName" in request) == ("ModelPackageGroupName" in request):
        raise ValidationError(
            message="Give a model package either ModelPackageName or ModelPackageGroupName."
        )
    with changing:
        if "ClientToken" in request and (made := _made_by(call, request["ClientToken"])):
            return result(ModelPackageArn=made.arn)
        package = versioned(call) if "ModelPackageGroupName" in request else unversioned(call)
        call.backend.model_packages[package.arn] = package
        call.backend.model_package_name_mapping[package.arn] = package.arn
    announce(package, call)
    return result(ModelPackageArn=package.arn)


def _made_by(call: Call, token: str) -> Any:
    packages = call.backend.model_packages.values()
    return next((package for package in packages if package.client_token == token), None)


def _described(package: Any) -> dict[str, Any]:
    return {**package.gen_response_object(), **package.extras}


def _describe(call: Call) -> Any:
    return result(**_described(find_package(call, call.request["ModelPackageName"])))


def _update(call: Call) -> Any:
    request = call.request
    with changing:
        package = find_package(call, request["ModelPackageArn"])
        _require_changeable(package, request)
        package.model_approval_status = request.get("ModelApprovalStatus", package.model_approval_status)
        package.approval_description = request.get("ApprovalDescription", package.approval_description)
        package.inference_specification = request.get(
            "InferenceSpecification", package.inference_specification
        )
        package.customer_metadata_properties = _properties(package, request)
        if "AdditionalInferenceSpecificationsToAdd" in request:
            package.add_additional_inference_specifications(request["AdditionalInferenceSpecificationsToAdd"])
        package.extras = {**package.extras, **{name: request[name] for name in EXTRAS if name in request}}
        package.last_modified_time, package.last_modified_by = utcnow(), call.created_by
    announce(package, call)
    return result(ModelPackageArn=package.arn)


def _require_changeable(package: Any, request: dict[str, Any]) -> None:
    if "ModelApprovalStatus" in request and package.model_package_type != "Versioned":
        raise ValidationError(message="ModelApprovalStatus does not apply to unversioned model packages.")
    if "InferenceSpecification" in request and package.inference_specification:
        raise ValidationError(
            message=f"ModelPackage {package.arn} has an InferenceSpecification: it can not be changed."
        )


def _properties(package: Any, request: dict[str, Any]) -> dict[str, str] | None:
    removed = request.get("CustomerMetadataPropertiesToRemove", [])
    before = package.customer_metadata_properties or {}
    after = {**before, **request.get("CustomerMetadataProperties", {})}
    return {key: value for key, value in after.items() if key not in removed} or None


def _list(call: Call) -> Any:
    request = call.request
    group = request.get("ModelPackageGroupName")
    if group is not None:
        group = find_group(call, group).model_package_group_name
    kind = "Versioned" if group else request.get("ModelPackageType", "Unversioned")
    status = request.get("ModelApprovalStatus")
    packages = [
        package
        for package in list(call.backend.model_packages.values())
        if kind in (package.model_package_type, "Both")
        and group in (package.model_package_group_name, None)
        and status in (package.model_approval_status, None)
    ]
    found, token = chosen_page(call, chosen(call, packages, "model_package_name"))
    return result(ModelPackageSummaryList=[_summary(package) for package in found], NextToken=token)


def _summary(package: Any) -> dict[str, Any]:
    described = _described(package)
    return {name: described[name] for name in _SUMMARY if name in described}


def _delete(call: Call) -> Any:
    with changing:
        package = find_package(call, call.request["ModelPackageName"])
        del call.backend.model_packages[package.arn]
        call.backend.model_package_name_mapping.pop(package.arn, None)
    return empty()
