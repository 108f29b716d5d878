"""How each service says no: AWS's error codes, statuses and sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from moto.s3.exceptions import BucketAccessDeniedError
from werkzeug.exceptions import HTTPException

from local_aws.services.iam.calls import Call

_BY_PROTOCOL: Mapping[str, tuple[str, int]] = {
    "json": ("AccessDeniedException", 400),
    "rest-json": ("AccessDeniedException", 403),
    "query": ("AccessDenied", 403),
}
_BY_SERVICE: Mapping[str, tuple[str, int]] = {
    "sns": ("AuthorizationError", 403),
    "sqs": ("AccessDenied", 403),
    "cloudwatch": ("AccessDenied", 403),
}

# When it is the key that may not be used.
_BY_SERVICE_AND_KEY: Mapping[str, tuple[str, int]] = {
    "sns": ("KMSAccessDenied", 400),
    "sqs": ("KMS.AccessDeniedException", 400),
    "states": ("KmsAccessDeniedException", 400),
}


def refusal(call: Call, caller_arn: str, action: str, resource: str, reason: str) -> Any:
    """The exception by which moto answers `call` as AWS does when `action` is not allowed."""
    # S3 alone puts the ARN in quotation marks.
    named = f'"{resource}"' if call.service == "s3" else resource
    message = f"User: {caller_arn} is not authorized to perform: {action} on resource: {named} {reason}"
    if call.service == "s3":
        return _s3_refusal(str(call.parameters.get("Bucket", "")), message)
    by_key = _BY_SERVICE_AND_KEY.get(call.service) if action.startswith("kms:") else None
    code, status = (
        by_key or _BY_SERVICE.get(call.service) or _BY_PROTOCOL.get(call.protocol, _BY_PROTOCOL["json"])
    )
    return _Refusal(code, status, message, as_xml=call.protocol == "query")


def _s3_refusal(bucket: str, message: str) -> Any:
    error = BucketAccessDeniedError(bucket)
    error.message = message
    return error


class _Refusal(HTTPException):
    """moto sends `description` as the body when it catches this before the action runs."""

    def __init__(self, code: str, status: int, message: str, *, as_xml: bool) -> None:
        body = _xml(code, message) if as_xml else json.dumps({"__type": code, "message": message})
        super().__init__(description=body)
        self.code = status


def _xml(code: str, message: str) -> str:
    error = f"<Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message>"
    return f"<ErrorResponse><Error>{error}</Error><RequestId></RequestId></ErrorResponse>"
