"""What Lambda refuses and moto 5.2.5 accepts.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
and https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.awslambda.exceptions import InvalidParameterValueException, LambdaClientError

_PAYLOAD_LIMITS = {"RequestResponse": 6_291_456, "Event": 1_048_576}
_MAX_VARIABLES_BYTES = 4096


def check_payload(payload: bytes, invocation_type: str) -> None:
    """Raise RequestTooLargeException, or InvalidRequestContentException when the payload is not JSON."""
    limit = _PAYLOAD_LIMITS.get(invocation_type)
    if limit and len(payload) > limit:
        raise _too_large(len(payload), invocation_type, limit)
    try:
        json.loads(payload)
    except ValueError as err:
        raise LambdaClientError(
            "InvalidRequestContentException", f"Could not parse request body into json: {err}"
        ) from err


def check_variables(variables: Mapping[str, object]) -> None:
    """Raise InvalidParameterValueException for reserved names and for more than 4 KB of variables."""
    reserved = sorted(name for name in variables if name in _RESERVED)
    if reserved:
        raise InvalidParameterValueException(
            "Lambda was unable to configure your environment variables because the environment variables "
            "you have provided contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    if sum(len(name) + len(str(value)) for name, value in variables.items()) > _MAX_VARIABLES_BYTES:
        raise InvalidParameterValueException(
            "Lambda was unable to configure your environment variables because the environment variables "
            f"you have provided exceeded the {_MAX_VARIABLES_BYTES // 1024}KB limit."
        )


def _too_large(size: int, invocation_type: str, limit: int) -> Any:
    error = LambdaClientError(
        "RequestTooLargeException",
        f"{size} byte payload is too large for the {invocation_type} invocation type (limit {limit} bytes)",
    )
    error.code = 413
    return error


# One name a word, so that the list reads as AWS's page lists it.
_RESERVED = frozenset(
    """
    _HANDLER _X_AMZN_TRACE_ID AWS_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_DEFAULT_REGION AWS_EXECUTION_ENV
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_NAME AWS_LAMBDA_FUNCTION_VERSION
    AWS_LAMBDA_INITIALIZATION_TYPE AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME
    AWS_LAMBDA_RUNTIME_API AWS_REGION AWS_SECRET_ACCESS_KEY AWS_SECRET_KEY AWS_SECURITY_TOKEN
    AWS_SESSION_TOKEN LAMBDA_RUNTIME_DIR LAMBDA_TASK_ROOT
    """.split()  # noqa: SIM905
)
