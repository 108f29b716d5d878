"""CloudFormation's protocol for custom resources: it waits for an answer at a presigned URL."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError

from aws_lambda_powertools.utilities.data_classes import CloudFormationCustomResourceEvent

from bakeoff.domain.errors import InvalidEvent, ServiceError

# Without these in its request, CloudFormation cannot be answered.
ANSWER_FIELDS = ("ResponseURL", "StackId", "RequestId", "LogicalResourceId")
_TIMEOUT_SECONDS = 30
# CloudFormation ignores an answer above 4096 bytes, and the log holds the rest.
_REASON_CHARACTERS = 500


@contextmanager
def answering(request: CloudFormationCustomResourceEvent, log_stream: str) -> Iterator[dict[str, str]]:
    """Tell CloudFormation how the block ended; without an answer a stack hangs for an hour.

    What the block puts into its dictionary are the resource's attributes, for `Fn::GetAtt`.
    """
    attributes: dict[str, str] = {}
    try:
        yield attributes
    except Exception as err:
        # The boundary to CloudFormation: every failure must be answered, and it goes on to Lambda's log.
        _answer(request, "FAILED", f"{str(err)[:_REASON_CHARACTERS]} (log stream {log_stream})")
        raise
    _answer(request, "SUCCESS", "", attributes)


def _answer(
    request: CloudFormationCustomResourceEvent,
    status: str,
    reason: str,
    attributes: Mapping[str, str] | None = None,
) -> None:
    body = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": request.physical_resource_id or request.logical_resource_id,
        "StackId": request.stack_id,
        "RequestId": request.request_id,
        "LogicalResourceId": request.logical_resource_id,
        **({"Data": attributes} if attributes else {}),
    }
    encoded = json.dumps(body, ensure_ascii=False).encode(errors="backslashreplace")
    try:
        put = urllib.request.Request(
            _checked(request.response_url), encoded, {"Content-Type": ""}, method="PUT"
        )
        urllib.request.urlopen(put, timeout=_TIMEOUT_SECONDS).close()
    except HTTPError as err:
        err.close()
        raise ServiceError(f"CloudFormation did not take the answer {status}: HTTP {err.code}.") from None
    except (OSError, HTTPException, ValueError) as err:
        # The error may name the presigned URL, at which anybody who reads it could answer.
        raise ServiceError(f"CloudFormation could not be told {status}: {type(err).__name__}.") from None


def _checked(url: Any) -> str:
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        raise InvalidEvent("The ResponseURL of the event is no https address: CloudFormation sends one.")
    return url
