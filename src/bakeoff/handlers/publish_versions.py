"""Publish versions: a workflow calls the functions as they were when it was deployed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.functions import Functions
from bakeoff.domain.cleanup.versions import outlived
from bakeoff.domain.collecting import ErrorCollector
from bakeoff.domain.errors import AccessDenied
from bakeoff.handlers.custom_resource import answered
from bakeoff.handlers.telemetry import counted, field, instrumented, logger

FUNCTIONS = Functions()
# At a first deployment the role is seconds old, and IAM needs a moment to make it known.
PAUSES_SECONDS = (2.0, 4.0, 8.0, 16.0)


def _said(event: Any, answer: Any) -> str:
    done = f"published the versions of {counted(len(answer), 'function')}" if answer else "published nothing"
    return f"{done} for CloudFormation's {event['RequestType']} of {event['LogicalResourceId']}"


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, str]:
    with answered(event, context) as attributes:
        kind = field(event, "RequestType")
        # With the functions, Lambda deletes all of their versions.
        functions = {} if kind == "Delete" else field(field(event, "ResourceProperties"), "Functions")
        for name, function in functions.items():
            attributes[name] = _publish(function)
        if kind == "Update":
            _retire(functions)
    return attributes


def _publish(function: str) -> str:
    for pause in PAUSES_SECONDS:
        try:
            return FUNCTIONS.publish(function)
        except AccessDenied as err:
            logger.info(f"asking again in {pause:.0f} s: {err}")
            time.sleep(pause)
    return FUNCTIONS.publish(function)


def _retire(functions: Mapping[str, str]) -> None:
    """Delete what no run can call any more. A version too many costs less than a deployment that fails for
    it: the log tells of it, and the next deployment tries again.
    """
    errors, now = ErrorCollector(), datetime.now(UTC)
    for function in functions.values():
        with errors.collecting():
            for version in outlived(FUNCTIONS.versions(function), now):
                FUNCTIONS.delete(function, version)
                logger.info(f"deleted version {version.number} of {function}")
    for err in errors.errors:
        logger.error(str(err))
