"""Where the outcome of an asynchronous invocation goes: a destination, a dead-letter queue, or both.

Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from local_aws.core.instance import Instance
from local_aws.services.lambda_.configuration import Configuration, Invocation, Outcome
from local_aws.services.lambda_.invocation import log_lines

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Record:
    configuration: Configuration
    invocation: Invocation
    outcome: Outcome
    attempts: int


def deliver(instance: Instance, record: Record, destination: str | None, dead_letter: str | None) -> None:
    """As the function's role, send the record to `destination` and a failed event to `dead_letter`."""
    if destination:
        _send(instance, record, destination, json.dumps(_document(record)), {})
    if dead_letter and record.outcome.failed:
        _send(
            instance, record, dead_letter, record.invocation.payload.decode(), _dead_letter_attributes(record)
        )


def _send(instance: Instance, record: Record, arn: str, body: str, attributes: dict[str, Any]) -> None:
    service = arn.split(":")[2]
    role = instance.assume(record.configuration.role_arn, record.configuration.function_name)
    try:
        _SENDERS[service](instance.client(service, role), arn, body, attributes)
    except ClientError:
        # Lambda drops what its function's role may not send, and counts it in a metric; the log says it here.
        log.exception("the record of %s could not be sent to %s", record.invocation.request_id, arn)


def _document(record: Record) -> dict[str, Any]:
    failed = record.outcome.failed
    return {
        "version": "1.0",
        "timestamp": log_lines.now(),
        "requestContext": {
            "requestId": record.invocation.request_id,
            "functionArn": record.configuration.qualified_arn,
            "condition": "RetriesExhausted" if failed else "Success",
            "approximateInvokeCount": record.attempts,
        },
        "requestPayload": json.loads(record.invocation.payload),
        "responseContext": {
            "statusCode": 200,
            "executedVersion": record.configuration.version,
            **({"functionError": "Unhandled"} if failed else {}),
        },
        "responsePayload": json.loads(record.outcome.payload),
    }


def _dead_letter_attributes(record: Record) -> dict[str, Any]:
    message = json.loads(record.outcome.payload).get("errorMessage", "")[:1024]
    values = {"RequestID": record.invocation.request_id, "ErrorCode": "200", "ErrorMessage": message or "-"}
    types = {"RequestID": "String", "ErrorCode": "Number", "ErrorMessage": "String"}
    return {name: {"DataType": types[name], "StringValue": value} for name, value in values.items()}


def _to_sqs(client: Any, arn: str, body: str, attributes: dict[str, Any]) -> None:
    account, name = arn.split(":")[4:6]
    # Lambda addresses the queue by its ARN; asking for its URL would need a permission more.
    url = f"{client.meta.endpoint_url}/{account}/{name}"
    client.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=attributes)


def _to_sns(client: Any, arn: str, body: str, attributes: dict[str, Any]) -> None:
    client.publish(TopicArn=arn, Message=body, MessageAttributes=attributes)


def _to_lambda(client: Any, arn: str, body: str, attributes: dict[str, Any]) -> None:
    client.invoke(FunctionName=arn, InvocationType="Event", Payload=body.encode())


def _to_event_bus(client: Any, arn: str, body: str, attributes: dict[str, Any]) -> None:
    record = json.loads(body)
    kind = "Failure" if "functionError" in record["responseContext"] else "Success"
    client.put_events(
        Entries=[
            {
                "Source": "lambda",
                "DetailType": f"Lambda Function Invocation Result - {kind}",
                "Detail": body,
                "Resources": [record["requestContext"]["functionArn"]],
                "EventBusName": arn,
            }
        ]
    )


_SENDERS: dict[str, Callable[[Any, str, str, dict[str, Any]], None]] = {
    "sqs": _to_sqs,
    "sns": _to_sns,
    "lambda": _to_lambda,
    "events": _to_event_bus,
}
