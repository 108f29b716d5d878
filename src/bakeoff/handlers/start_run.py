"""S3 event -> one workflow execution for each uploaded object."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote_plus

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.workflow import Workflow
from bakeoff.config import StartSettings
from bakeoff.domain.collecting import ErrorCollector
from bakeoff.domain.errors import InvalidEvent
from bakeoff.domain.intake.uploads import Upload, start_runs
from bakeoff.domain.messages import excerpt
from bakeoff.handlers.telemetry import instrumented

WORKFLOW = Workflow(StartSettings.read().state_machine_arn)


def _said(event: Any, answer: Any) -> str:
    told = (f"{outcome} {len(names)}: {', '.join(names)}" for outcome, names in answer.items() if names)
    return "; ".join(told) or "the event tells of no upload"


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    # A record that cannot be read or started must not cost the others their run. Lambda then repeats the
    # whole event, which starts nothing twice.
    errors = ErrorCollector()
    outcome = start_runs(WORKFLOW, _uploads(event, errors), errors)
    errors.raise_first()
    return outcome


def _uploads(event: Any, errors: ErrorCollector) -> list[Upload]:
    # powertools' S3Event would do, but brings all other events with it: a fifth of what a cold start imports.
    uploads: list[Upload] = []
    with _readable():
        # S3 sends a test event without records when a notification is set up.
        records = [] if event.get("Event") == "s3:TestEvent" else list(event["Records"])
    for record in records:
        with errors.collecting(), _readable():
            uploads.append(_upload(record))
    return uploads


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as err:
        raise InvalidEvent(
            f"This is not an S3 event notification ({err!r}): compare it with events/start-run.json."
        ) from err


def _upload(record: Any) -> Upload:
    s3_object = record["s3"]["object"]
    return Upload(
        bucket=_text(record["s3"]["bucket"]["name"]),
        key=unquote_plus(_text(s3_object["key"])),
        bytes=int(s3_object.get("size") or 0),
        version_id=_text(s3_object.get("versionId") or ""),
        sequencer=_text(s3_object["sequencer"]),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{excerpt(value)} is not a text")
    # A lone surrogate, legal in JSON but not in UTF-8, is a ValueError here.
    value.encode()
    return value
