"""Patches AWS Lambda of moto 5.2.5, which runs functions in Docker containers or answers a canned text.

Here functions run in processes of the real runtime client, and these gaps close:
- `LambdaFunction` drops members (see `members`), and keeps the first EventInvokeConfig for ever;
- it accepts reserved environment variables, oversized payloads and roles that do not trust Lambda;
- `invoke` runs asynchronous events synchronously, ignores Qualifier and knows neither DryRun nor retries.
"""

from __future__ import annotations

import base64
import functools
import uuid
from typing import Any
from urllib.parse import parse_qs, unquote

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.models import EventInvokeConfig, LambdaBackend, LambdaFunction, LambdaStorage
from moto.awslambda.responses import LambdaResponse
from moto.utilities.aws_headers import amz_crc32

from local_aws.core.patching import replace, wrap
from local_aws.services import iam
from local_aws.services.lambda_.api import members, networks, versions
from local_aws.services.lambda_.api.limits import check_payload, check_variables
from local_aws.services.lambda_.api.moto_functions import (
    configuration_of,
    event_target,
    is_supported,
    named_in,
)
from local_aws.services.lambda_.configuration import Invocation, Outcome
from local_aws.services.lambda_.invocation.service import lambda_service, trace_header

_STATUS = {"RequestResponse": 200, "Event": 202, "DryRun": 204}
_LOG_TAIL_BYTES = 4096


@functools.cache
def apply() -> None:
    """Make functions of moto's Lambda backend run. A second call does nothing."""
    versions.apply()
    replace(LambdaFunction, invoke=_invoke)
    replace(LambdaResponse, invoke=amz_crc32(_respond))
    wrap(LambdaFunction, "__init__", _create)
    wrap(LambdaFunction, "get_configuration", _get_configuration)
    wrap(LambdaFunction, "update_configuration", _update_configuration)
    wrap(LambdaFunction, "update_function_code", _update_code)
    wrap(LambdaStorage, "put_function", _put)
    replace(LambdaBackend, put_function_event_invoke_config=_put_event_invoke_config)


def _invoke(self: Any, body: Any, request_headers: Any, response_headers: Any) -> bytes:
    """`LambdaFunction.invoke`: every caller of a function, SDK or service, comes through here."""
    headers = {str(name).lower(): value for name, value in dict(request_headers).items()}
    kind = headers.get("x-amz-invocation-type", "RequestResponse")
    invocation = _invocation(body, kind, headers)
    if kind == "DryRun":
        return b""
    if kind == "Event":
        lambda_service().events.put(event_target(self), invocation)
        return b""
    outcome = lambda_service().invoke(configuration_of(self), invocation)
    response_headers.update(_response_headers(self, outcome))
    return outcome.payload


def _invocation(body: Any, kind: str, headers: dict[str, str]) -> Invocation:
    payload = body.encode() if isinstance(body, str) else bytes(body or b"")
    payload = payload or b"{}"
    check_payload(payload, kind)
    context = headers.get("x-amz-client-context")
    return Invocation(
        request_id=str(uuid.uuid4()),
        payload=payload,
        trace_id=headers.get("x-amzn-trace-id") or trace_header(),
        client_context=base64.b64decode(context).decode() if context else None,
    )


def _response_headers(function: Any, outcome: Outcome) -> dict[str, str]:
    tail = "\n".join((*outcome.log, "")).encode()[-_LOG_TAIL_BYTES:]
    headers = {
        "x-amz-executed-version": str(function.version),
        "x-amz-log-result": base64.b64encode(tail).decode(),
    }
    return {**headers, "x-amz-function-error": "Unhandled"} if outcome.failed else headers


def _respond(self: Any) -> tuple[int, dict[str, str], bytes]:
    """`LambdaResponse.invoke`: the Invoke API."""
    headers: dict[str, str] = {}
    name = unquote(self.path.rstrip("/").rsplit("/", 2)[-2])
    qualifier = parse_qs(self.parsed_url.query).get("Qualifier", [None])[0]
    kind = self.headers.get("X-Amz-Invocation-Type", "RequestResponse")
    payload = self.backend.invoke(name, qualifier, self.body, self.headers, headers)
    if self.headers.get("X-Amz-Log-Type") != "Tail":
        headers.pop("x-amz-log-result", None)
    return (
        _STATUS[kind],
        {**headers, "content-type": "application/json", "status": str(_STATUS[kind])},
        payload,
    )


def _put_event_invoke_config(self: Any, function_name: str, config: dict[str, Any]) -> dict[str, Any]:
    function = self.get_function(function_name)
    function.event_invoke_config = [EventInvokeConfig(function.function_arn, function.last_modified, config)]
    response: dict[str, Any] = function.event_invoke_config[0].response()
    return response


def _create(
    original: Any, self: Any, account_id: str, spec: dict[str, Any], *args: Any, **kwargs: Any
) -> None:
    check_variables((spec.get("Environment") or {}).get("Variables") or {})
    original(self, account_id, spec, *args, **kwargs)
    members.keep(self, spec)


def _get_configuration(original: Any, self: Any, on_create: bool = False) -> dict[str, Any]:
    return {**original(self, on_create), **members.described(self)}


def _update_configuration(original: Any, self: Any, updates: dict[str, Any]) -> Any:
    check_variables((updates.get("Environment") or {}).get("Variables") or {})
    members.update(self, updates)
    original(self, updates)
    networks.require_network(self)
    _renew(self)
    return self.get_configuration()


def _update_code(original: Any, self: Any, spec: dict[str, Any]) -> Any:
    members.update(self, spec)
    answer = original(self, spec)
    _renew(self)
    return answer


def _put(original: Any, self: Any, function: Any) -> None:
    original(self, function)
    try:
        _require_role(function)
        networks.require_network(function)
    except InvalidParameterValueException:
        self.del_function(function.function_name)
        raise


def _require_role(function: Any) -> None:
    if not iam.trusts(function.role, "lambda.amazonaws.com"):
        raise InvalidParameterValueException("The role defined for the function cannot be assumed by Lambda.")


def _renew(function: Any) -> None:
    if is_supported(function):
        lambda_service().renew(configuration_of(function))


def start_ahead(definition: str) -> None:
    """Start an environment of each function that a workflow's definition names, in its order."""
    for function in named_in(definition):
        if is_supported(function):
            lambda_service().start_ahead(configuration_of(function))
