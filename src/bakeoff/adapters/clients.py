"""boto3 clients, and the one place where what AWS raises becomes one of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    HTTPClientError,
    IncompleteReadError,
)

from bakeoff.domain.errors import AccessDenied, ServiceError, ServiceUnavailable

_DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "AuthorizationError", "KmsAccessDeniedException", "403"}
)
_PASSING = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "KmsThrottlingException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "InternalFailure",
        "InternalError",
        "InternalServerError",
        "InternalServerException",
        "InternalDependencyException",
        "ModelNotReadyException",
        "RequestTimeout",
        "SlowDown",
        "503",
        "500",
    }
)
_BROKEN_CONNECTION = (ConnectionError, HTTPClientError, IncompleteReadError)


def make_client(service: str, **settings: Any) -> Any:
    """A client of the function's own role that retries passing faults with the SDK's standard backoff."""
    config = Config(**{"retries": {"mode": "standard", "total_max_attempts": 5}, **settings})
    return boto3.client(service, config=config)  # type: ignore[call-overload]


def code_of(err: ClientError) -> str:
    return str(err.response["Error"]["Code"])


def message_of(err: ClientError) -> str:
    return str(err.response["Error"].get("Message", ""))


def is_absent(err: ClientError) -> bool:
    """Whether SageMaker says that what was asked for does not exist: few of its operations have an error of
    their own for that, and the message is the only sign.
    """
    words = message_of(err).lower()
    is_missing = any(phrase in words for phrase in ("not find", "not found", "not exist"))
    return code_of(err) in ("ValidationException", "ResourceNotFound") and is_missing


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn botocore's errors into AccessDenied, ServiceUnavailable or ServiceError; `doing` says what was
    tried.
    """
    try:
        yield
    except ClientError as err:
        kind: type[ServiceError] = ServiceUnavailable if code_of(err) in _PASSING else ServiceError
        kind = AccessDenied if code_of(err) in _DENIED else kind
        raise kind(f"{doing} failed: {message_of(err)} ({code_of(err)})") from err
    except BotoCoreError as err:
        kind = ServiceUnavailable if isinstance(err, _BROKEN_CONNECTION) else ServiceError
        raise kind(f"{doing} failed: {err}") from err
