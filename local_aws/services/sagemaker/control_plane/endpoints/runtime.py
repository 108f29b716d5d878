"""moto 5.2.5 answers InvokeEndpoint with canned text, for any endpoint name; here the model answers."""

from __future__ import annotations

import http.client
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from moto.core.exceptions import ServiceException
from moto.sagemaker.models import sagemaker_backends
from moto.sagemakerruntime.responses import SageMakerRuntimeResponse

from local_aws.core.patching import replace
from local_aws.services.sagemaker.control_plane.endpoints.running import running
from local_aws.services.sagemaker.data_plane.model_servers import (
    BODY_LIMIT,
    INVOCATION_SECONDS,
    Answer,
    ModelServer,
)

_ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes"
_PASSED_ON = ("Content-Type", "Accept", _ATTRIBUTES, "X-Amzn-SageMaker-Inference-Id")
_SERVING = ("InService", "Updating", "SystemUpdating", "RollingBack", "UpdateRollbackFailed")
Response = tuple[int, dict[str, str], bytes]


class InvalidRequest(ServiceException):  # type: ignore[misc]
    code = "ValidationError"


class ModelError(ServiceException):  # type: ignore[misc]
    """The model was asked and failed: HTTP 424, with what it said."""

    code = "ModelError"

    def __init__(self, server: ModelServer, status: int, original: str) -> None:
        side = "client" if 400 <= status < 500 else "server"
        super().__init__(
            f'Received {side} error ({status}) from primary with message "{original}". '
            f"See CloudWatch Logs group {server.log.group} for more information."
        )
        # Members of the error's shape: moto serialises attributes of these names.
        self.OriginalStatusCode = status
        self.OriginalMessage = original
        self.LogStreamArn = server.log.arn


def apply() -> None:
    # Bodies are bytes: moto would decode them, and parse them as a query string.
    replace(SageMakerRuntimeResponse, use_raw_body=True, invoke_endpoint=_invoke_endpoint)


def _invoke_endpoint(self: Any) -> Response:
    found = re.fullmatch(r"/endpoints/([^/]+)/invocations", self.path)
    name = unquote(found[1]) if found else ""
    body = self.raw_body if isinstance(self.raw_body, bytes) else self.raw_body.encode()
    if len(body) > BODY_LIMIT:
        raise InvalidRequest(
            "1 validation error detected: Value at 'body' failed to satisfy constraint: "
            f"Member must have length less than or equal to {BODY_LIMIT}"
        )
    record = sagemaker_backends[self.current_account][self.region].endpoints.get(name)
    endpoint = running.get().get(record.arn) if record else None
    if endpoint is None or record.endpoint_status not in _SERVING:
        raise InvalidRequest(f"Endpoint {name} of account {self.current_account} not found.")
    variant = self.headers.get("X-Amzn-SageMaker-Target-Variant")
    with endpoint.lease(variant) as server:
        if server is None:
            raise InvalidRequest(f"Variant {variant} not found for endpoint {name}.")
        return _reply(server, _ask(server, body, self.headers))


def _ask(server: ModelServer, body: bytes, headers: Mapping[str, str]) -> Answer:
    sent = {name: headers[name] for name in _PASSED_ON if headers.get(name)}
    try:
        answer = server.invoke(body, sent)
    except TimeoutError as err:
        raise ModelError(server, 0, f"Your invocation timed out after {INVOCATION_SECONDS} seconds.") from err
    except (OSError, http.client.HTTPException) as err:
        raise ModelError(server, 0, f"The container does not answer: {err}") from err
    if not 200 <= answer.status < 300:
        server.log.ship()
        raise ModelError(server, answer.status, answer.body.decode(errors="replace"))
    if len(answer.body) > BODY_LIMIT:
        raise ModelError(server, 0, f"The reply is larger than {BODY_LIMIT} bytes.")
    return answer


def _reply(server: ModelServer, answer: Answer) -> Response:
    headers = {
        "Content-Type": answer.headers.get("Content-Type", "application/octet-stream"),
        "x-Amzn-Invoked-Production-Variant": server.variant.name,
    }
    if _ATTRIBUTES in answer.headers:
        headers[_ATTRIBUTES] = answer.headers[_ATTRIBUTES]
    return 200, headers, answer.body
