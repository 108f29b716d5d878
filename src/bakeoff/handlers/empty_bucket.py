"""Empty bucket: when a stack goes that keeps no data, its versioned bucket goes with all that is in it."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.emptying import delete_bucket, empty_bucket
from bakeoff.adapters.stacks import status_of
from bakeoff.domain.cleanup.retention import Fate, fate_of_bucket
from bakeoff.handlers.custom_resource import answered
from bakeoff.handlers.custom_resource import said as _said
from bakeoff.handlers.telemetry import field, instrumented, logger


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    with answered(event, context):
        if field(event, "RequestType") == "Delete":
            _empty(field(field(event, "ResourceProperties"), "Bucket"), field(event, "StackId"))


def _empty(bucket: str, stack_id: str) -> None:
    status = status_of(stack_id)
    fate = fate_of_bucket(status)
    if fate is Fate.DELETED:
        delete_bucket(bucket)
    elif fate is Fate.EMPTIED:
        empty_bucket(bucket)
    else:
        logger.info(f"{bucket} keeps its objects: the stack stays, it is in {status}.")
