"""What the functions of custom resources have in common: CloudFormation waits for their answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aws_lambda_powertools.utilities.data_classes import CloudFormationCustomResourceEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.custom_resource import ANSWER_FIELDS, answering
from bakeoff.handlers.telemetry import field


def said(event: Any, answer: Any) -> str:
    return f"answered CloudFormation's {event['RequestType']} of {event['LogicalResourceId']}"


@contextmanager
def answered(event: Any, context: LambdaContext) -> Iterator[dict[str, str]]:
    """As `answering`; raises InvalidEvent first for an event that cannot be answered."""
    for name in ANSWER_FIELDS:
        field(event, name)
    with answering(CloudFormationCustomResourceEvent(event), context.log_stream_name) as attributes:
        yield attributes
