"""Production in SageMaker: one endpoint, and the configurations and models of its versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from bakeoff.adapters.clients import is_absent, make_client, translated
from bakeoff.adapters.endpoints import SageMakerHosting
from bakeoff.domain.promotion.deployment import Deployment

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient


class SageMakerProduction(SageMakerHosting):
    """Implements `domain.promotion.deployment.Hosting`; everything of it has the endpoint's name, or begins
    with it.
    """

    def __init__(self, endpoint: str, client: SageMakerClient | None = None) -> None:
        self.endpoint = endpoint
        self._client: SageMakerClient = client or make_client("sagemaker")
        super().__init__(self._client)

    def configuration(self) -> str | None:
        found = self.deployment()
        return found.config if found else None

    def deployment(self) -> Deployment | None:
        with translated(f"Describing endpoint {self.endpoint}"):
            try:
                described = self._client.describe_endpoint(EndpointName=self.endpoint)
            except ClientError as err:
                if is_absent(err):
                    return None
                raise
        pending = described.get("PendingDeploymentSummary")
        return Deployment(
            described["EndpointStatus"],
            described["EndpointConfigName"],
            pending["EndpointConfigName"] if pending else None,
            sum(each.get("CurrentInstanceCount", 0) for each in described.get("ProductionVariants", [])),
        )

    def configs(self) -> list[str]:
        beginning = f"{self.endpoint}-"
        with translated(f"Listing the endpoint configurations of {self.endpoint}"):
            pages = self._client.get_paginator("list_endpoint_configs").paginate(
                NameContains=beginning, SortBy="CreationTime", SortOrder="Descending"
            )
            # NameContains matches anywhere in a name, and ignores case.
            return [
                item["EndpointConfigName"]
                for page in pages
                for item in page["EndpointConfigs"]
                if item["EndpointConfigName"].startswith(beginning)
            ]
