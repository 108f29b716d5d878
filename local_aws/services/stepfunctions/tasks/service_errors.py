"""What a refused service call is called in a workflow."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError
from botocore.model import OperationModel


def modelled_name(error: ClientError, operation: OperationModel) -> str | None:
    """The Java SDK's class for this error, or None for one that the service's model does not list."""
    code = error.response["Error"]["Code"]
    for shape in operation.service_model.error_shapes:
        if code in {shape.name, shape.metadata.get("error", {}).get("code")}:
            return shape.name if shape.name.endswith("Exception") else f"{shape.name}Exception"
    return None


def optimized_cause(error: ClientError, service: str) -> str:
    """The cause in the words of an optimized integration; `service` such as "AmazonSageMaker"."""
    code, message, metadata = _parts(error)
    return (
        f"{message} (Service: {service}; Status Code: {metadata.get('HTTPStatusCode')}; Error Code: {code}; "
        f"Request ID: {metadata.get('RequestId')}; Proxy: null)"
    )


def sdk_cause(error: ClientError, service: str) -> str:
    """The cause in the words of an AWS SDK integration; `service` such as "SageMaker"."""
    _, message, metadata = _parts(error)
    extended = f", Extended Request ID: {metadata['HostId']}" if "HostId" in metadata else ""
    return (
        f"{message} (Service: {service}, Status Code: {metadata.get('HTTPStatusCode')}, "
        f"Request ID: {metadata.get('RequestId')}{extended})"
    )


def _parts(error: ClientError) -> tuple[str, str, dict[str, Any]]:
    described = error.response["Error"]
    metadata: dict[str, Any] = dict(error.response.get("ResponseMetadata", {}))
    return described.get("Code", "Unknown"), described.get("Message", ""), metadata
