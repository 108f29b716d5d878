"""Take turn: whether a run may begin, waits, or has its data in another run already."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.adapters.executions import Executions
from bakeoff.adapters.run_store import S3RunStore
from bakeoff.config import TurnSettings
from bakeoff.domain.errors import InvalidEvent
from bakeoff.domain.intake.turns import Asking, TurnTaker
from bakeoff.handlers.telemetry import field, instrumented

SETTINGS = TurnSettings.read()
TAKER = TurnTaker(
    executions=Executions(SETTINGS.state_machine_arn),
    store=S3RunStore(SETTINGS.bucket),
    max_concurrent=SETTINGS.max_concurrent_runs,
    poll_seconds=SETTINGS.turn_poll_seconds,
    settle_seconds=SETTINGS.settle_seconds,
)


def _said(event: Any, answer: Any) -> str:
    if "wait_seconds" in answer:
        return f"run {event['run_id']} waits ({answer['turn']}) and asks again in {answer['wait_seconds']} s"
    if "superseded_by" in answer:
        return f"run {event['run_id']} need not run: {answer['superseded_by']} has its upload in its plan"
    return f"run {event['run_id']} has its turn"


@instrumented(_said)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    started = _moment(field(event, "started_at"))
    return TAKER.take(Asking(field(event, "run_id"), field(event, "input"), started, datetime.now(UTC)))


def _moment(text: Any) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (OverflowError, TypeError, ValueError) as err:
        raise InvalidEvent(
            f"The field 'started_at' is {text!r} and must be a time such as 2026-11-23T20:00:00Z."
        ) from err
