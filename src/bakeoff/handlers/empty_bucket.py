"""Empty bucket: when a stack goes that keeps no data, its versioned bucket goes with all that is in it."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.data_classes import CloudFormationCustomResourceEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.custom_resource import ANSWER_FIELDS, answering
from bakeoff.adapters.emptying import delete_bucket, empty_bucket
from bakeoff.adapters.stacks import status_of
from bakeoff.domain.cleanup.retention import Fate, fate_of_bucket
from bakeoff.handlers.telemetry import field, instrumented, logger


def _said(event: Any, answer: Any) -> str:
    return f"answered CloudFormation's {event['RequestType']} of {event['LogicalResourceId']}"


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    for name in ANSWER_FIELDS:
        field(event, name)
    with answering(CloudFormationCustomResourceEvent(event), context.log_stream_name):
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
