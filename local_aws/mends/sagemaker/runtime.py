"""moto 5.2.5 answers InvokeEndpoint with canned text, for any endpoint name; here the model answers."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from moto.sagemaker.models import sagemaker_backends
from moto.sagemakerruntime.responses import SageMakerRuntimeResponse

from local_aws.mends.sagemaker.endpoints import running
from local_aws.sagemaker.endpoints import INVOCATION_SECONDS, Answer, ModelServer

BODY_LIMIT = 6_291_456
_ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes"
_PASSED_ON = ("Content-Type", "Accept", _ATTRIBUTES, "X-Amzn-SageMaker-Inference-Id")
_SERVING = ("InService", "Updating", "SystemUpdating", "RollingBack")
Response = tuple[int, dict[str, str], bytes | str]


def apply() -> None:
    # Bodies are bytes: moto would decode them, and parse them as a query string.
    SageMakerRuntimeResponse.use_raw_body = True
    SageMakerRuntimeResponse.invoke_endpoint = _invoke_endpoint


def _invoke_endpoint(self: Any) -> Response:
    found = re.fullmatch(r"/endpoints/([^/]+)/invocations", self.path)
    name = unquote(found[1]) if found else ""
    body = self.raw_body if isinstance(self.raw_body, bytes) else self.raw_body.encode()
    if len(body) > BODY_LIMIT:
        return _error(
            400,
            "ValidationError",
            "1 validation error detected: Value at 'body' failed to satisfy constraint: "
            f"Member must have length less than or equal to {BODY_LIMIT}",
        )
    record = sagemaker_backends[self.current_account][self.region].endpoints.get(name)
    if record is None or record.endpoint_status not in _SERVING:
        message = f"Endpoint {name} of account {self.current_account} not found."
        return _error(400, "ValidationError", message)
    return _ask(record, body, self.headers)


def _ask(record: Any, body: bytes, headers: Mapping[str, str]) -> Response:
    endpoint = running.get().get(record.arn)
    variant = headers.get("X-Amzn-SageMaker-Target-Variant")
    server = endpoint.choose(variant) if endpoint else None
    if server is None:
        return _error(
            400, "ValidationError", f"Variant {variant} not found for endpoint {record.endpoint_name}."
        )
    sent = {name: headers[name] for name in _PASSED_ON if headers.get(name)}
    try:
        answer = server.invoke(body, sent)
    except TimeoutError:
        return _model_error(server, 0, f"Your invocation timed out after {INVOCATION_SECONDS} seconds.")
    except (OSError, http.client.HTTPException) as err:
        return _model_error(server, 0, f"The container does not answer: {err}")
    return _reply(server, answer)


def _reply(server: ModelServer, answer: Answer) -> Response:
    if not 200 <= answer.status < 300:
        return _model_error(server, answer.status, answer.body.decode(errors="replace"))
    headers = {
        "Content-Type": answer.headers.get("Content-Type", "application/octet-stream"),
        "x-Amzn-Invoked-Production-Variant": server.variant.name,
    }
    if _ATTRIBUTES in answer.headers:
        headers[_ATTRIBUTES] = answer.headers[_ATTRIBUTES]
    return 200, headers, answer.body


def _model_error(server: ModelServer, status: int, original: str) -> Response:
    server.log.ship()
    side = "client" if 400 <= status < 500 else "server"
    message = (
        f'Received {side} error ({status}) from primary with message "{original}". See CloudWatch Logs group '
    )
    details = {"OriginalStatusCode": status, "OriginalMessage": original, "LogStreamArn": server.log.arn}
    return _error(424, "ModelError", f"{message}{server.log.group} for more information.", **details)


def _error(status: int, code: str, message: str, **details: Any) -> Response:
    headers = {"x-amzn-errortype": code, "Content-Type": "application/json"}
    return status, headers, json.dumps({"Message": message, **details})
