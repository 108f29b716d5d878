"""New model packages: moto's records with what a request says, all of it or a refusal.

The sentence of a name that is taken is AWS's, the others are our own.
"""

from __future__ import annotations

from typing import Any

from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import ModelPackage

from local_aws.services.sagemaker.control_plane.actions import Call
from local_aws.services.sagemaker.control_plane.registry.lookup import find_group

# Of a request, what moto's record has no place for.
EXTRAS = ("ModelLifeCycle", "SourceUri", "ModelCard", "SkipModelValidation", "ModelPackageRegistrationType")
_PENDING = "PendingManualApproval"
_NOT_IMPLEMENTED = (
    "ValidationSpecification",
    "SourceAlgorithmSpecification",
    "SecurityConfig",
    "ManagedStorageType",
)


def versioned(call: Call) -> Any:
    """The next version of a group; `changing` must be held."""
    if call.request.get("Tags"):
        raise ValidationError(
            message="A model package version can not have tags: they are its model package group's."
        )
    group = find_group(call, call.request["ModelPackageGroupName"])
    group.last_version += 1
    return _package(
        call,
        model_package_name=group.model_package_group_name,
        model_package_group_name=group.model_package_group_name,
        model_package_version=group.last_version,
        model_package_type="Versioned",
        model_approval_status=call.request.get("ModelApprovalStatus", _PENDING),
    )


def unversioned(call: Call) -> Any:
    """A package of its own."""
    name = call.request["ModelPackageName"]
    arn = call.arn("model-package", name.lower())
    if arn in call.backend.model_packages:
        raise ValidationError(message=f"Model Package already exists: {arn}")
    if "ModelApprovalStatus" in call.request:
        raise ValidationError(message="ModelApprovalStatus does not apply to unversioned model packages.")
    return _package(
        call,
        model_package_name=name,
        model_package_group_name=None,
        model_package_version=None,
        model_package_type="Unversioned",
        model_approval_status=None,
    )


def _package(call: Call, **kind: Any) -> Any:
    request = call.request
    _require_implemented(request)
    package = ModelPackage(
        **kind,
        model_package_description=request.get("ModelPackageDescription"),
        inference_specification=request.get("InferenceSpecification"),
        source_algorithm_specification=None,
        validation_specification=None,
        certify_for_marketplace=False,
        metadata_properties=request.get("MetadataProperties"),
        model_metrics=request.get("ModelMetrics"),
        approval_description=None,
        customer_metadata_properties=request.get("CustomerMetadataProperties"),
        drift_check_baselines=request.get("DriftCheckBaselines"),
        domain=request.get("Domain"),
        task=request.get("Task"),
        sample_payload_url=request.get("SamplePayloadUrl"),
        additional_inference_specifications=request.get("AdditionalInferenceSpecifications"),
        client_token=request.get("ClientToken"),
        region_name=call.backend.region_name,
        account_id=call.backend.account_id,
        tags=request.get("Tags"),
    )
    package.extras = {name: request[name] for name in EXTRAS if name in request}
    package.created_by = call.created_by
    package.model_package_status_details = {"ValidationStatuses": [], "ImageScanStatuses": []}
    return package


def _require_implemented(request: dict[str, Any]) -> None:
    for name in _NOT_IMPLEMENTED:
        if name in request:
            raise ValidationError(message=f"{name} of a model package: not implemented locally.")
    if request.get("CertifyForMarketplace"):
        raise ValidationError(message="CertifyForMarketplace of a model package: not implemented locally.")
