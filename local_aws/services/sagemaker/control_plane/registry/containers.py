"""What CreateModel takes of a model package.

Source: ContainerDefinition and ModelApprovalStatus in the API reference: a version has to be approved.
The sentences of refusals are our own: AWS documents none.
"""

from __future__ import annotations

from typing import Any

from moto.sagemaker.exceptions import ValidationError

from local_aws.services.sagemaker.control_plane.actions import Call
from local_aws.services.sagemaker.control_plane.images import with_digest
from local_aws.services.sagemaker.control_plane.registry.lookup import find_package

_APPROVED = "Approved"


def container_of(call: Call, container: dict[str, Any]) -> dict[str, Any]:
    """A container of CreateModel, with what its model package says in the place of the package's name."""
    if "ModelPackageName" not in container:
        if "Image" not in container:
            raise ValidationError(message="A container needs Image or ModelPackageName.")
        return container
    if {"Image", "ModelDataUrl"} & container.keys():
        raise ValidationError(
            message="Give a container ModelPackageName, or Image and ModelDataUrl, not both."
        )
    package = find_package(call, container["ModelPackageName"])
    if package.model_package_type == "Versioned" and package.model_approval_status != _APPROVED:
        raise ValidationError(
            message=f"ModelPackage {package.arn} can not be deployed: its ModelApprovalStatus is "
            f"{package.model_approval_status}, not {_APPROVED}."
        )
    return _deployable(package, container.get("Environment", {}))


def _deployable(package: Any, environment: dict[str, str]) -> dict[str, Any]:
    containers = (package.inference_specification or {}).get("Containers", [])
    if len(containers) != 1 or "Image" not in containers[0]:
        raise ValidationError(message=f"ModelPackage {package.arn} has no single container with an image.")
    [given] = containers
    image, digest = given["Image"], given.get("ImageDigest")
    if digest:
        image = with_digest(image, digest)
    return {**given, "Image": image, "Environment": {**given.get("Environment", {}), **environment}}
