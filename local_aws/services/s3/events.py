"""S3 event notifications, patched in moto 5.2.5.

They are delivered within the request that causes them, and whatever fails there is swallowed; a `/` in a
key arrives encoded; a multipart upload fires twice; versionId, sequencer and most of the request are
missing; a delete marker fires nothing; and any function may be named as a target.
"""

from __future__ import annotations

import functools
import json
import logging
import threading
import time
import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.utils import get_backend
from moto.s3 import notifications
from moto.s3.exceptions import S3ClientError
from moto.s3.models import S3Backend
from moto.s3.notifications import S3NotificationEvent
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from local_aws.core.instance import current_instance
from local_aws.core.patching import replace, wrap
from local_aws.services import iam

_log = logging.getLogger(__name__)


class _Sequencer:
    """Hexadecimal numbers of equal length, each above every earlier one: their texts compare alike."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> str:
        with self._lock:
            self._last = max(time.time_ns(), self._last + 1)
            return f"{self._last:018X}"


_sequencer = _Sequencer()


@functools.cache
def apply() -> None:
    """Deliver S3 events as AWS does. A second call does nothing."""
    replace(notifications, send_event=send_event)
    wrap(S3Backend, "put_object", _put_object)
    wrap(S3Backend, "_set_delete_marker", _set_delete_marker)
    wrap(S3Backend, "put_bucket_notification_configuration", _put_notification_configuration)


def send_event(account_id: str, event_name: str, bucket: Any, key: Any) -> None:
    """`moto.s3.notifications.send_event`: deliver to every target that asks, in the background."""
    configuration = bucket.notification_configuration
    if configuration is None:
        return
    # The plain text: moto's events are an Enum that formats as its member's name.
    kind = S3NotificationEvent(event_name).value
    sequencer = _sequencer.next()
    for targets, deliver in (
        (configuration.cloud_function, _to_lambda),
        (configuration.queue, _to_sqs),
        (configuration.topic, _to_sns),
    ):
        for target in targets:
            if target.matches(kind, key.name):
                record = _record(kind, bucket, key, target.id, sequencer)
                current_instance().background(
                    deliver, account_id, target.arn, json.dumps({"Records": [record]})
                )
    if configuration.event_bridge is not None:
        current_instance().background(
            notifications._send_event_bridge_message, account_id, bucket, event_name, key
        )


def _record(kind: str, bucket: Any, key: Any, configuration_id: str, sequencer: str) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html"""
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": bucket.region_name,
        "eventTime": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "eventName": kind.removeprefix("s3:"),
        "userIdentity": {"principalId": f"AWS:{bucket.account_id}"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {
            "x-amz-request-id": uuid.uuid4().hex[:16].upper(),
            "x-amz-id-2": uuid.uuid4().hex,
        },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration_id,
            "bucket": {
                "name": bucket.name,
                "ownerIdentity": {"principalId": bucket.account_id},
                "arn": bucket.arn,
            },
            "object": _object(kind, bucket, key, sequencer),
        },
    }


def _object(kind: str, bucket: Any, key: Any, sequencer: str) -> dict[str, Any]:
    described: dict[str, Any] = {"key": quote_plus(key.name, safe="/")}
    if not kind.startswith("s3:ObjectRemoved"):
        described |= {"size": key.size, "eTag": key.etag.strip('"')}
    if bucket.is_versioned:
        described["versionId"] = key.version_id
    return {**described, "sequencer": sequencer}


def _to_lambda(account_id: str, arn: str, event: str) -> None:
    function = get_backend(account_id, _region(arn)).get_function(arn)
    function.invoke(event, {"X-Amz-Invocation-Type": "Event"}, {})


def _to_sqs(account_id: str, arn: str, event: str) -> None:
    sqs_backends[account_id][_region(arn)].send_message(queue_name=arn.split(":")[-1], message_body=event)


def _to_sns(account_id: str, arn: str, event: str) -> None:
    sns_backends[account_id][_region(arn)].publish(arn=arn, message=event, subject="Amazon S3 Notification")


def _region(arn: str) -> str:
    return arn.split(":")[3]


def _put_object(original: Any, self: Any, *args: Any, multipart: Any = None, **kwargs: Any) -> Any:
    # A multipart upload is one event, ObjectCreated:CompleteMultipartUpload.
    if multipart is not None:
        kwargs["disable_notification"] = True
    return original(self, *args, multipart=multipart, **kwargs)


def _set_delete_marker(original: Any, self: Any, bucket_name: str, key_name: str) -> Any:
    marker = original(self, bucket_name, key_name)
    kind = S3NotificationEvent.OBJECT_REMOVED_DELETE_MARKER_CREATED_EVENT
    send_event(self.account_id, kind, self.get_bucket(bucket_name), marker)
    return marker


def _put_notification_configuration(
    original: Any, self: Any, bucket_name: str, notification_config: Any
) -> None:
    bucket = self.get_bucket(bucket_name)
    for target in notification_config.get("CloudFunctionConfiguration", []):
        if not _may_be_invoked(target["CloudFunction"], bucket):
            raise S3ClientError(
                "InvalidArgument", "Unable to validate the following destination configurations"
            )
    original(self, bucket_name, notification_config)


def _may_be_invoked(function_arn: str, bucket: Any) -> bool:
    """Whether the function exists and its resource policy lets this bucket invoke it."""
    try:
        function = get_backend(bucket.account_id, _region(function_arn)).get_function(function_arn)
    except LambdaClientError:
        return False
    source = iam.Source(bucket.arn, bucket.account_id)
    return iam.lets_in(
        function.policy.statements, "s3.amazonaws.com", "lambda:InvokeFunction", function_arn, source
    )
