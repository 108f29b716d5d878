"""One API call as botocore's service model describes it, whatever protocol it came by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.core.responses import PROTOCOL_PARSERS, determine_request_protocol, get_service_model

# The name under which a service signs -> its prefix in IAM, where the two differ.
_PREFIXES = {"monitoring": "cloudwatch"}


@dataclass(frozen=True)
class Call:
    """`service` is IAM's prefix (s3, sagemaker, states ...), `operation` the API's name, `parameters` the
    request as an SDK would take it."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    region: str
    account_id: str
    protocol: str
    user_agent: str = ""


def call_of(response: Any) -> Call:
    """Read the call out of a moto response object, which has been set up but has not acted yet."""
    model = get_service_model(response.boto3_service_name)
    request = response.normalized_request
    protocol = determine_request_protocol(model, request.content_type)
    operation = _operation(response, protocol)
    parser = PROTOCOL_PARSERS[protocol](
        model.operation_model(operation), map_type=response.PROTOCOL_PARSER_MAP_TYPE
    )
    parameters = parser.parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": response.uri_match,
        }
    )
    return Call(
        service=_PREFIXES.get(model.signing_name, model.signing_name),
        operation=operation,
        parameters=parameters,
        region=response.region,
        account_id=response.current_account,
        protocol=protocol,
        user_agent=request.headers.get("User-Agent", ""),
    )


def _operation(response: Any, protocol: str) -> str:
    if protocol.startswith("rest"):
        # moto's own names are IAM's for S3, and may come out of the body for the others.
        operation = response._get_action_from_method_and_request_uri(response.normalized_request)
        return str(operation or response._get_action())
    return str(response._get_action())
