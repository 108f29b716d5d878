"""SageMaker's Model Registry: the versions that were proposed for production, and their approval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bakeoff.adapters.clients import is_absent, make_client, translated

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient


class ModelRegistry:
    """The model package group of that name."""

    def __init__(self, group: str, client: SageMakerClient | None = None) -> None:
        self._group = group
        self._sagemaker: SageMakerClient = client or make_client("sagemaker")

    def register(self, version: Mapping[str, Any]) -> str:
        """The ARN of a new version; the same ClientToken again is the same version. The first one makes the
        group.
        """
        with translated(f"Registering a version in {self._group}"):
            try:
                answer = self._sagemaker.create_model_package(ModelPackageGroupName=self._group, **version)
            except ClientError as err:
                if not is_absent(err):
                    raise
                self._sagemaker.create_model_package_group(ModelPackageGroupName=self._group)
                answer = self._sagemaker.create_model_package(ModelPackageGroupName=self._group, **version)
        return answer["ModelPackageArn"]

    def metadata(self, arn: str) -> dict[str, str]:
        """What was said of a version when it was registered."""
        with translated(f"Describing {arn}"):
            described = self._sagemaker.describe_model_package(ModelPackageName=arn)
        return dict(described.get("CustomerMetadataProperties", {}))

    def delete(self) -> None:
        """Delete every version, and then the group, which does not go with any."""
        with translated(f"Deleting the versions of {self._group}"):
            try:
                for arn in self._versions():
                    self._sagemaker.delete_model_package(ModelPackageName=arn)
                self._sagemaker.delete_model_package_group(ModelPackageGroupName=self._group)
            except ClientError as err:
                if not is_absent(err):
                    raise

    def _versions(self) -> list[str]:
        pages = self._sagemaker.get_paginator("list_model_packages").paginate(
            ModelPackageGroupName=self._group
        )
        return [item["ModelPackageArn"] for page in pages for item in page["ModelPackageSummaryList"]]
