"""S3 event -> one workflow execution for each uploaded object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aws_lambda_powertools.utilities.data_classes import S3Event
from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.executions import Workflow
from bakeoff.config import StartSettings
from bakeoff.domain.errors import InvalidEvent
from bakeoff.domain.uploads import Upload, start_runs
from bakeoff.handlers.telemetry import instrumented

WORKFLOW = Workflow(StartSettings.read().state_machine_arn)


@instrumented
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return start_runs(WORKFLOW, _uploads(event))


def _uploads(event: dict[str, Any]) -> list[Upload]:
    try:
        return list(_parse(S3Event(event)))
    except (KeyError, TypeError) as err:
        raise InvalidEvent(f"This is not an S3 event notification: {err} is missing. See events/.") from err


def _parse(event: S3Event) -> Iterator[Upload]:
    # S3 sends a test event without records when a notification is set up.
    for record in event.records if "Records" in event else ():
        s3_object = record.s3.get_object
        yield Upload(
            bucket=record.s3.bucket.name,
            key=s3_object.key,
            bytes=s3_object.size or 0,
            version_id=s3_object.version_id or "",
            sequencer=s3_object.sequencer,
        )
