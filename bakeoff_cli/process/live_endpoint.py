"""A live endpoint of SageMaker, asked by whoever runs the command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bakeoff.domain.errors import EndpointRefused
from bakeoff.domain.run.documents import ModelRequest

if TYPE_CHECKING:
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient


@dataclass(frozen=True)
class LiveEndpoint:
    """Implements `bakeoff.domain.ports.Endpoint`; `request` says what its model takes and answers, and
    `model` which one that is.
    """

    runtime: SageMakerRuntimeClient
    name: str
    request: ModelRequest
    model: str

    def predict(self, rows: Sequence[str]) -> str:
        from botocore.exceptions import ClientError

        try:
            answer = self.runtime.invoke_endpoint(
                EndpointName=self.name,
                ContentType=self.request["request_content_type"],
                Accept=self.request["accept"],
                Body="\n".join(rows).encode(),
            )
        except ClientError as err:
            if err.response["Error"].get("Code") != "ModelError":
                raise
            why = err.response["Error"].get("Message", "no reason given")
            raise EndpointRefused(
                f"The endpoint {self.name} answered with an error, as one does that serves another model "
                f"than {self.model}: {why}"
            ) from err
        return answer["Body"].read().decode(errors="replace")
