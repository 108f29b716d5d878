"""Empty bucket: at `sam delete` without data retention, nothing may be left in the versioned bucket."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.data_classes import CloudFormationCustomResourceEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.custom_resource import answered
from bakeoff.adapters.emptying import empty_bucket
from bakeoff.handlers.telemetry import instrumented


@instrumented
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    request = CloudFormationCustomResourceEvent(event)
    with answered(request, context.log_stream_name):
        if request.request_type == "Delete":
            empty_bucket(request.resource_properties["Bucket"])
