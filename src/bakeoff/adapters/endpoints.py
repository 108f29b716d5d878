"""SageMaker's live endpoints: asking one for predictions, and giving them back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from bakeoff.adapters.clients import code_of, is_absent, make_client, message_of, translated
from bakeoff.domain.errors import EndpointRefused, MalformedPrediction

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

# SageMaker itself gives a model 60 seconds for a reply.
_REPLY_SECONDS = 65
# SageMaker's limit for the body of a request and of a reply.
MAX_REPLY_BYTES = 6_291_456
_CHUNK_BYTES = 256 * 1024


class LiveEndpoint:
    """Implements `domain.ports.Endpoint`."""

    def __init__(
        self, name: str, content_type: str, accept: str, client: SageMakerRuntimeClient | None = None
    ) -> None:
        self._name, self._content_type, self._accept = name, content_type, accept
        # Two attempts at most: more would not fit into the time that scoring reserves for a last request.
        self._runtime: SageMakerRuntimeClient = client or make_client(
            "sagemaker-runtime",
            read_timeout=_REPLY_SECONDS,
            retries={"mode": "standard", "total_max_attempts": 2},
        )

    def predict(self, rows: Sequence[str]) -> str:
        with translated(f"Invoking endpoint {self._name}"):
            try:
                answer = self._runtime.invoke_endpoint(
                    EndpointName=self._name,
                    ContentType=self._content_type,
                    Accept=self._accept,
                    Body="\n".join(rows).encode(),
                )
            except ClientError as err:
                if code_of(err) == "ModelError":
                    raise EndpointRefused(f"The model answered with an error: {message_of(err)}") from err
                raise
            return _text(answer["Body"])


def _text(body: StreamingBody) -> str:
    reply = bytearray()
    # To EOF: only there does botocore report a truncated body.
    for chunk in body.iter_chunks(_CHUNK_BYTES):
        reply += chunk
        if len(reply) > MAX_REPLY_BYTES:
            raise MalformedPrediction(
                f"The model's reply is larger than the {MAX_REPLY_BYTES} bytes that SageMaker passes on: "
                "let it answer with its predictions alone."
            )
    # What is no text has no numbers either, which the domain tells with an excerpt.
    return reply.decode(errors="replace")


class SageMakerHosting:
    """Implements `domain.cleanup.release.Hosting`."""

    def __init__(self, client: SageMakerClient | None = None) -> None:
        self._sagemaker: SageMakerClient = client or make_client("sagemaker")

    def endpoint_status(self, name: str) -> str | None:
        with translated(f"Describing endpoint {name}"):
            try:
                return self._sagemaker.describe_endpoint(EndpointName=name)["EndpointStatus"]
            except ClientError as err:
                if is_absent(err):
                    return None
                raise

    def delete_endpoint(self, name: str) -> None:
        self._delete(name, lambda: self._sagemaker.delete_endpoint(EndpointName=name))

    def delete_endpoint_config(self, name: str) -> None:
        self._delete(name, lambda: self._sagemaker.delete_endpoint_config(EndpointConfigName=name))

    def delete_model(self, name: str) -> None:
        self._delete(name, lambda: self._sagemaker.delete_model(ModelName=name))

    def _delete(self, name: str, delete: Callable[[], object]) -> None:
        with translated(f"Deleting {name}"):
            try:
                delete()
            except ClientError as err:
                if not is_absent(err):
                    raise
