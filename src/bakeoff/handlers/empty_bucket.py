"""Empty bucket: at `sam delete` without data retention, nothing may be left in the versioned bucket."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.data_classes import CloudFormationCustomResourceEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.custom_resource import answered
from bakeoff.adapters.emptying import empty_bucket
from bakeoff.handlers.telemetry import field, instrumented

# Without these, CloudFormation cannot be answered.
ANSWER_FIELDS = ("ResponseURL", "StackId", "RequestId", "LogicalResourceId")


@instrumented
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    for name in ANSWER_FIELDS:
        field(event, name)
    with answered(CloudFormationCustomResourceEvent(event), context.log_stream_name):
        if field(event, "RequestType") == "Delete":
            empty_bucket(field(field(event, "ResourceProperties"), "Bucket"))
